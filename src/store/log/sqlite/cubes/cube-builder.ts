import type { Database } from "bun:sqlite";
import { isErrorOutcome } from "../../count-query";
import type { Dictionaries } from "../dictionaries";
import { marked } from "../fact-tests";
import { createPackReader, type PackRow } from "../pack-rows";
import { type Cube, cubesOf, numberOf, type Representatives, representativesIn } from "./cube-axes";
import { type CubeFacts, readCubeFacts } from "./cube-facts";
import { type CubeMerge, cellsIn, createCubeMerge } from "./cube-merge";
import { type CubeRows, type CubeUnit, cellName, createCubeRows, unitOfKey } from "./cube-rows";
import { createDayClosing } from "./day-closing";
import { createChains } from "./record-chains";
import { createStoredCells } from "./stored-cells";

/**
 * Sums up at most so many packs into the cubes; where none is left, a day that is over is closed. Returns how many packs are
 * left, a day to be closed counting as many.
 */
export type BuildCubes = (most: number) => number;

/**
 * Packs are summed up in the order of their numbers, each once: what is not yet is read from its facts. So a question is
 * answered right whenever it comes, and whenever the process dies.
 */
export function createCubeBuilder(database: Database, dictionaries: () => Dictionaries): BuildCubes {
  const rows = createCubeRows(database);
  const next = database.prepare<PackRow, [number, number]>("SELECT * FROM packs WHERE id > ? ORDER BY id LIMIT ?");
  const left = database.prepare<{ count: number }, [number]>("SELECT count(*) AS count FROM packs WHERE id > ?");
  const read = createPackReader(database);
  const merge = createCubeMerge();
  const closing = createDayClosing(database, rows, dictionaries);
  const write = database.transaction((packed: number, last: number, changes: readonly Change[]) => {
    // Another builder was here.
    if (rows.packed() !== packed) return;
    for (const { number, unit, at, blocks } of changes) rows.replace(number, unit, at, blocks);
    rows.setPacked(last);
  }).immediate;
  const build = (most: number) => {
    const packed = rows.packed();
    const packs = next.all(packed, most);
    const last = packs.at(-1);
    if (last === undefined) return false;
    const known = dictionaries();
    const isError = marked([...known.classes].flatMap(([id, { outcome }]) => (isErrorOutcome(outcome) ? [id] : [])));
    const facts = readCubeFacts(packs.map(read), isError);
    closing.reopen(facts.keys);
    // Worked out before the database is locked for ingestion.
    write(packed, last.id, changesOf(facts, known, rows, merge));
    return true;
  };
  return (most) => {
    if (most > 0 && !build(most)) closing.closeOne();
    const packs = left.get(rows.packed())?.count ?? 0;
    return packs > 0 || !closing.isDue() ? packs : packsOfDay;
  };
}

/** What a day to be closed counts as: enough to begin for. */
const packsOfDay = 16;

type Change = {
  readonly number: number;
  readonly unit: CubeUnit;
  readonly at: number;
  readonly blocks: readonly Uint8Array[];
};

/** Every cube with the records of some packs. What all records come to is the same in all of them. */
function changesOf(facts: CubeFacts, known: Dictionaries, rows: CubeRows, merge: CubeMerge): readonly Change[] {
  const stored = createStoredCells(rows, known);
  const representatives = representativesIn(known);
  const plain = numberOf({ first: "none", second: "served" }, known.principals);
  const units = (["hour", "day"] as const).flatMap((unit) =>
    [...rangesBy(unit, facts)].map(([at, ranges]) => {
      const before = cellsIn(rows.blocks(plain, unit, at)).total;
      return { unit, at, ranges, total: merge.total(before, ranges, facts) };
    }),
  );
  return [...cubesOf(known)].flatMap(([number, cube]) => {
    const chainsOf = createChains(namesOf(cube, facts, representatives));
    return units.map(({ unit, at, ranges, total }): Change => {
      const kept = { total, most: mostCells[unit] };
      return { number, unit, at, blocks: merge.blocks(stored(cube, number, unit, at), chainsOf(ranges), facts, kept) };
    });
  });
}

/**
 * Cells that are kept: what is beyond is among the total alone. Of principals with what they asked there can be as many as
 * records.
 */
const mostCells: { readonly [U in CubeUnit]: number } = { hour: 2048, day: 4096 };

/** The cell of each record. */
function namesOf(
  { first, second }: Cube,
  { size, principals, classes }: CubeFacts,
  representatives: Representatives,
): Float64Array {
  const [whose, what] = [representatives.principals(first), representatives.classes(second)];
  const names = new Float64Array(size);
  for (let index = 0; index < size; index++) {
    names[index] = cellName(whose[principals[index] ?? 0] ?? 0, what[classes[index] ?? 0] ?? 0);
  }
  return names;
}

type Range = readonly [start: number, end: number];

/** Where the records of each hour or day stand: one after the other, but once for each pack. */
function rangesBy(unit: CubeUnit, { keys }: CubeFacts): ReadonlyMap<number, readonly Range[]> {
  const ranges = new Map<number, Range[]>();
  for (let start = 0; start < keys.length; ) {
    const at = unitOfKey(unit, keys[start] ?? 0);
    let end = start + 1;
    while (end < keys.length && unitOfKey(unit, keys[end] ?? 0) === at) end++;
    const its = ranges.get(at);
    if (its === undefined) ranges.set(at, [[start, end]]);
    else its.push([start, end]);
    start = end;
  }
  return ranges;
}
