import type { Database } from "bun:sqlite";
import { lowerBound, type Pack } from "../pack";
import { createPackReader, type PackRow } from "./pack-rows";

export type IsPacked = {
  /** Looks for packs that have been added. To be called first in each transaction. */
  readonly refresh: () => void;
  /** Whether a key is taken by a record that was packed, by the very one with this id or by another. */
  readonly at: (key: number, id: string) => "no" | "by itself" | "by another";
};

/** Packs whose keys are kept at hand: those that a late record can fall into. */
const maxKept = 64;

export function createIsPacked(database: Database): IsPacked {
  const overlapping = database.prepare<PackRow, [number]>("SELECT * FROM packs WHERE ?1 BETWEEN first AND last");
  const ends = database.prepare<{ last: number | null }, []>("SELECT max(last) AS last FROM packs");
  const read = createPackReader(database);
  const kept = new Map<number, Pack>();
  let reach = Number.NEGATIVE_INFINITY;
  const packAt = (row: PackRow): Pack => {
    const known = kept.get(row.id);
    // Trimmed since it was read.
    if (known !== undefined && known.gone === row.gone) return known;
    const pack = read(row);
    if (kept.size >= maxKept) kept.clear();
    kept.set(row.id, pack);
    return pack;
  };
  const at: IsPacked["at"] = (key, id) => {
    if (key > reach) return "no";
    for (const row of overlapping.all(key)) {
      const pack = packAt(row);
      const keys = pack.keys();
      const index = lowerBound(keys, key);
      if (keys[index] !== key) continue;
      const record = pack.record(index);
      // The id of a record that was deleted is not known any more. Its journal segment is long gone, so it is not read again.
      return record === undefined || record.id === id ? "by itself" : "by another";
    }
    return "no";
  };
  return {
    refresh: () => {
      reach = ends.get()?.last ?? Number.NEGATIVE_INFINITY;
    },
    at,
  };
}
