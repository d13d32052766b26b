import type { Database } from "bun:sqlite";
import type { IsTaken } from "./is-packed";
import { keyOf } from "./record-key";

type Value = string | number | Uint8Array | null;

/**
 * Inserts into `requests` under the id's key or the next one that is free. What is there already stays: a record may be read from the
 * journal twice. Returns the key, undefined when the id is there. `columns`: how many the table has after key and id.
 */
export function createInsertById(
  database: Database,
  columns: number,
  isElsewhere: IsTaken,
): (id: string, values: readonly Value[]) => number | undefined {
  const insert = database.prepare<unknown, Value[]>(
    `INSERT INTO requests VALUES (?, ?${", ?".repeat(columns)}) ON CONFLICT (key) DO NOTHING`,
  );
  const idAt = database.prepare<{ id: string }, [number]>("SELECT id FROM requests WHERE key = ?");
  return (id, values) => {
    for (let key = keyOf(id); ; key++) {
      const taken = isElsewhere(key, id);
      if (taken === "by itself") return undefined;
      if (taken === "by another") continue;
      if (insert.run(key, id, ...values).changes > 0) return key;
      if (idAt.get(key)?.id === id) return undefined;
    }
  };
}
