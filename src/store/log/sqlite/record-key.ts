import type { Database } from "bun:sqlite";
import { startOfId } from "#core/ids";

/** 2020-01-01: before any record. Counting from here keeps keys below 2⁵³ until 2089. */
const originMs = 1_577_836_800_000;
/** Records of one millisecond that get a key of their own before they take those of the next. */
const keysPerMs = 4096;

/** A record's number, unless another record has it already: then the next one that is free. Ascends with time. */
export function keyOf(id: string): number {
  return keyFrom(startOfId(id)) + Number.parseInt(id.slice(12, 15), 16);
}

/** The lowest key of a record that started at this time. */
export function keyFrom(timeMs: number): number {
  const sinceOrigin = Math.ceil(timeMs) - originMs;
  return Math.min(Math.max(sinceOrigin, -originMs), 2 ** 41 - 1) * keysPerMs;
}

/** When a record started: the time that ranges and statistics go by. A crowded millisecond reaches into the next one. */
export function timeOfKey(key: number): number {
  return Math.floor(key / keysPerMs) + originMs;
}

/** Keys that an id can have been moved to because others of its millisecond were there. */
export const keyReach = 8191;

/** Finds the key of the row of an id. */
export function createFindKey(database: Database, table: "contents"): (id: string) => number | undefined {
  const find = database.prepare<{ key: number }, [number, number, string]>(
    `SELECT key FROM ${table} WHERE key BETWEEN ? AND ? AND id = ?`,
  );
  return (id) => {
    if (!isId(id)) return undefined;
    const key = keyOf(id);
    return find.get(key, key + keyReach, id)?.key;
  };
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
