import type { Database } from "bun:sqlite";
import type { StatsQuery } from "../../stats-query";
import type { Dictionaries } from "../dictionaries";
import { keyFrom } from "../record-key";
import { cubeFor } from "./cube-axes";
import { coverByCubes } from "./cube-cover";
import type { CubeReading } from "./cube-reader";

/** So many packs that are in no cube yet are read from their facts; where there are more, roll-ups of days are quicker. */
const mostUnsummed = 40;
/** Corrections are not in cubes, and are read one by one. */
const mostCorrections = 50_000;

/** The cube that a question is answered from; undefined where facts and the roll-ups of days have to do. */
export function createCubeChoice(
  database: Database,
  dictionaries: () => Dictionaries,
): (query: StatsQuery) => CubeReading["cube"] | undefined {
  type Limited = { readonly count: number };
  const unsummed = database.prepare<Limited, [number, number]>(
    `SELECT count(*) AS count FROM packs
    WHERE id > (SELECT packed FROM cube_state) AND last >= ? AND first < ?`,
  );
  const corrections = database.prepare<Limited, [number, number, number]>(
    "SELECT count(*) AS count FROM (SELECT 1 FROM corrections WHERE key >= ? AND key < ? LIMIT ?)",
  );
  return (query) => {
    const { groupBy, filters, fromMs, toMs, comparePrevious } = query;
    const startMs = comparePrevious ? fromMs - (toMs - fromMs) : fromMs;
    if (coverByCubes({ fromMs, toMs }, query) === undefined) return undefined;
    if (coverByCubes({ fromMs: startMs, toMs }, query) === undefined) return undefined;
    const range = [keyFrom(startMs), keyFrom(toMs)] as const;
    if ((unsummed.get(...range)?.count ?? 0) > mostUnsummed) return undefined;
    if ((corrections.get(...range, mostCorrections)?.count ?? 0) >= mostCorrections) return undefined;
    return cubeFor(groupBy, filters, dictionaries());
  };
}
