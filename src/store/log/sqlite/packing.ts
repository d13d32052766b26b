import type { Database } from "bun:sqlite";
import type { NumberedRecord } from "../fact-encoding";
import { type Facts, FactTable } from "../fact-table";
import { readCubeFacts } from "./cubes/cube-facts";
import { marked } from "./fact-tests";
import { createPackWriter, createStoredRecordReader } from "./pack-rows";
import { createRollupWriter } from "./rollup-rows";
import { createYoungRows, type YoungRecord } from "./young-rows";

/** At most 16 × 1,024, which is what the numbering of rows has room for. */
export const packSize = 8192;

/** `last`: highest key that was packed. */
export type Packed = { readonly count: number; readonly last: number };

export type Packing = {
  /** Takes the facts of a young record that was read. Those of young records that were not given are read from its row. */
  readonly note: (entry: NumberedRecord) => void;
  /**
   * Moves the oldest young records, at most so many, into a pack, and sums them up into the roll-ups. To be used within a
   * transaction. Undefined when there are none.
   */
  readonly pack: (most: number) => Packed | undefined;
  /** Drops what was noted: a transaction was rolled back, or others have packed. */
  readonly forget: () => void;
};

export function createPacking(database: Database): Packing {
  const young = createYoungRows(database);
  const readRecord = createStoredRecordReader();
  const write = createPackWriter(database);
  const rollups = createRollupWriter(database);
  const facts = new FactTable();
  const readAll = (records: readonly YoungRecord[]) => {
    facts.clear();
    for (const { key, principal, requestClass, bytes } of records) {
      facts.add({ key, principal, requestClass, record: readRecord(bytes) });
    }
  };
  const sumUp = (theirs: Facts) => {
    try {
      rollups.add(readCubeFacts([theirs], marked(facts.errorClasses())));
      rollups.flush();
    } finally {
      rollups.forget();
    }
  };
  return {
    note: (entry) => facts.add(entry),
    pack: (most) => {
      const all = young.after(0);
      if (!facts.isOf(all)) readAll(all);
      const places = facts.inOrder();
      const [oldest, left] = [places.subarray(0, most), places.subarray(most)];
      const records = recordsAt(all, oldest);
      const last = records.at(-1)?.key;
      if (last === undefined) return undefined;
      const theirs = facts.at(oldest);
      write(records, theirs);
      sumUp(theirs);
      young.clear();
      young.add(recordsAt(all, left));
      facts.keep(left);
      return { count: records.length, last };
    },
    forget: () => facts.clear(),
  };
}

function recordsAt(records: readonly YoungRecord[], places: Uint32Array): readonly YoungRecord[] {
  return [...places].flatMap((place) => records[place] ?? []);
}
