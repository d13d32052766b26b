import type { Database } from "bun:sqlite";
import { keyOf } from "./record-key";

/** Keys that an id can have been moved to because others of its millisecond were there. */
const reach = 8191;

/** Finds the key of a record, or of a body, by its id. */
export function findKey(
  database: Database,
  table: "requests" | "contents" = "requests",
): (id: string) => number | undefined {
  const find = database.prepare<{ key: number }, [number, number, string]>(
    `SELECT key FROM ${table} WHERE key BETWEEN ? AND ? AND id = ?`,
  );
  return (id) => {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const key = keyOf(id);
    return find.get(key, key + reach, id)?.key;
  };
}
