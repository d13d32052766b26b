import type { Database } from "bun:sqlite";
import type { NumberedRecord } from "../fact-encoding";
import { createPackWriter, readRecord } from "./pack-rows";
import { createRollupWriter } from "./rollup-rows";

/** At most 16 × 1,024, which is what the numbering of rows has room for. */
export const packSize = 8192;

/**
 * Moves the oldest records that stand in rows of their own into a pack, and sums them up into the roll-ups. To be used
 * within a transaction. Returns how many.
 */
export function createPacking(database: Database): (most: number) => number {
  const oldest = database.prepare<Row, [number]>(
    "SELECT key, principal, kind AS requestClass, record AS json FROM requests ORDER BY key LIMIT ?",
  );
  const remove = database.prepare("DELETE FROM requests WHERE key <= ?");
  const write = createPackWriter(database);
  const rollups = createRollupWriter(database);
  return (most) => {
    const records = oldest.all(most).map((row) => ({ ...row, record: readRecord(row.json) }));
    const last = records.at(-1)?.key;
    if (last === undefined) return 0;
    try {
      for (const { key, principal, requestClass, record } of records) rollups.add(key, principal, requestClass, record);
      rollups.flush();
    } finally {
      rollups.forget();
    }
    write(records);
    remove.run(last);
    return records.length;
  };
}

type Row = Omit<NumberedRecord, "record"> & { readonly json: string };
