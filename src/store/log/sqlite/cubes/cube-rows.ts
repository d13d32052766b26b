import type { Database } from "bun:sqlite";
import { timeOfKey } from "../record-key";

/** Lengths of time that cubes sum up. */
export const cubeUnits = { hour: { number: 0, ms: 3_600_000 }, day: { number: 1, ms: 86_400_000 } } as const;
export type CubeUnit = keyof typeof cubeUnits;

/**
 * A cube's cells of an hour or a day: those with most requests first, in blocks of so many. The first block begins with
 * how many cells were left out (a varint), and with the cell of all records together, whose name is 0.
 */
export const cellsPerBlock = 256;
/** A cell's name: its principal and its request class. Below 2⁵³ for 2³² principals. */
const classesPerPrincipal = 2 ** 20;
export function cellName(principal: number, requestClass: number): number {
  return principal * classesPerPrincipal + requestClass;
}
export function principalOfName(name: number): number {
  return Math.floor(name / classesPerPrincipal);
}
export function classOfName(name: number): number {
  return name % classesPerPrincipal;
}

export type CubeBlock = { readonly at: number; readonly block: number; readonly cells: Uint8Array };

/** `at` counts hours or days since the epoch. */
export type CubeRows = {
  /** All blocks of a range, or the first ones alone, in their order. The end is excluded. */
  readonly range: (
    cube: number,
    unit: CubeUnit,
    from: number,
    to: number,
    blocks: "all" | "first",
  ) => Iterable<CubeBlock>;
  /** One of an hour or day; undefined beyond its last. */
  readonly block: (cube: number, unit: CubeUnit, at: number, block: number) => CubeBlock | undefined;
  /** Those of one hour or day. */
  readonly blocks: (cube: number, unit: CubeUnit, at: number) => readonly Uint8Array[];
  readonly replace: (cube: number, unit: CubeUnit, at: number, blocks: readonly Uint8Array[]) => void;
  /** The first hour that stands among them before one; undefined where none does. */
  readonly firstHour: (cube: number, before: number) => number | undefined;
  readonly removeHours: (cube: number, from: number, to: number) => void;
  /** The number of the last pack that was summed up. */
  readonly packed: () => number;
  readonly setPacked: (pack: number) => void;
};

export function createCubeRows(database: Database): CubeRows {
  type Range = [number, number, number, number];
  const range = database.prepare<CubeBlock, Range>(
    "SELECT at, block, cells FROM cubes WHERE cube = ? AND unit = ? AND at >= ? AND at < ? ORDER BY at, block",
  );
  const first = database.prepare<CubeBlock, Range>(
    `WITH RECURSIVE steps (at) AS (SELECT ?3 WHERE ?3 < ?4 UNION ALL SELECT at + 1 FROM steps WHERE at + 1 < ?4)
    SELECT c.at, block, cells FROM steps CROSS JOIN cubes AS c
    ON cube = ?1 AND unit = ?2 AND c.at = steps.at AND block = 0`,
  );
  const one = database.prepare<CubeBlock, [number, number, number, number]>(
    "SELECT at, block, cells FROM cubes WHERE cube = ? AND unit = ? AND at = ? AND block = ?",
  );
  const remove = database.prepare("DELETE FROM cubes WHERE cube = ? AND unit = ? AND at = ?");
  const insert = database.prepare("INSERT INTO cubes VALUES (?, ?, ?, ?, ?)");
  const firstHour = database.prepare<{ at: number }, [number, number, number]>(
    "SELECT at FROM cubes WHERE cube = ? AND unit = ? AND at < ? ORDER BY at LIMIT 1",
  );
  const removeHours = database.prepare("DELETE FROM cubes WHERE cube = ? AND unit = ? AND at >= ? AND at < ?");
  const packed = database.prepare<{ packed: number }, []>("SELECT packed FROM cube_state");
  const setPacked = database.prepare("UPDATE cube_state SET packed = ?");
  return {
    range: (cube, unit, from, to, blocks) =>
      (blocks === "all" ? range : first).iterate(cube, cubeUnits[unit].number, from, to),
    block: (cube, unit, at, block) => one.get(cube, cubeUnits[unit].number, at, block) ?? undefined,
    blocks: (cube, unit, at) => range.all(cube, cubeUnits[unit].number, at, at + 1).map(({ cells }) => cells),
    replace: (cube, unit, at, blocks) => {
      remove.run(cube, cubeUnits[unit].number, at);
      for (const [block, cells] of blocks.entries()) insert.run(cube, cubeUnits[unit].number, at, block, cells);
    },
    firstHour: (cube, before) => firstHour.get(cube, cubeUnits.hour.number, before)?.at,
    removeHours: (cube, from, to) => void removeHours.run(cube, cubeUnits.hour.number, from, to),
    packed: () => packed.get()?.packed ?? 0,
    setPacked: (pack) => void setPacked.run(pack),
  };
}

/** The unit that a key falls into. */
export function unitOfKey(unit: CubeUnit, key: number): number {
  return Math.floor(timeOfKey(key) / cubeUnits[unit].ms);
}

/** Deletes what is sums of before a time, at most about so many rows; returns how many went. */
export function deleteCubes(database: Database, beforeMs: number, batch: number): number {
  const { hour, day } = cubeUnits;
  return database
    .query(
      `DELETE FROM cubes WHERE (cube, unit, at, block) IN (SELECT cube, unit, at, block FROM cubes
      WHERE at < CASE unit WHEN ${hour.number} THEN ?1 ELSE ?2 END LIMIT ?3)`,
    )
    .run(Math.floor(beforeMs / hour.ms), Math.floor(beforeMs / day.ms), batch).changes;
}

/** After packs were deleted: another may get the number of one that is gone. */
export function forgetDeletedPacks(database: Database): void {
  database.run("UPDATE cube_state SET packed = min(packed, (SELECT coalesce(max(id), 0) FROM packs))");
}
