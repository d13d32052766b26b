import type { Database } from "bun:sqlite";
import type { NumberedRecord } from "../fact-encoding";
import { createPackWriter, createStoredRecordReader } from "./pack-rows";
import { createRollupWriter } from "./rollup-rows";
import { createYoungRows, type YoungRecord } from "./young-rows";

/** At most 16 × 1,024, which is what the numbering of rows has room for. */
export const packSize = 8192;

/** `last`: highest key that was packed. */
export type Packed = { readonly count: number; readonly last: number };

/**
 * Moves the oldest young records, at most so many, into a pack, and sums them up into the roll-ups. To be used within a
 * transaction. Undefined when there are none.
 */
export function createPacking(database: Database): (most: number) => Packed | undefined {
  const young = createYoungRows(database);
  const readRecord = createStoredRecordReader();
  const write = createPackWriter(database);
  const rollups = createRollupWriter(database);
  return (most) => {
    const inOrder = young.after(0).toSorted((a, b) => a.key - b.key);
    const oldest = inOrder.slice(0, most);
    const last = oldest.at(-1)?.key;
    if (last === undefined) return undefined;
    const readAndSumUp = ({ key, principal, requestClass, bytes }: YoungRecord): NumberedRecord => {
      const record = readRecord(bytes);
      rollups.add(key, principal, requestClass, record);
      return { key, principal, requestClass, record };
    };
    try {
      write(oldest, readAndSumUp);
      rollups.flush();
    } finally {
      rollups.forget();
    }
    young.clear();
    young.add(inOrder.slice(most));
    return { count: oldest.length, last };
  };
}
