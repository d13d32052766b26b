import type { Database } from "bun:sqlite";
import { createRecordReader } from "#core/record-bytes";
import { createIsPacked } from "./is-packed";
import { keyOf } from "./record-key";
import { createYoungRows } from "./young-rows";

export type FreeKeys = {
  /** To be called first in each transaction. Another connection may have packed: true when the young records are others. */
  readonly refresh: () => boolean;
  /**
   * The id's key, or the next one that is free; it is taken from then on. Undefined when the record is there: one may be
   * read from the journal twice.
   */
  readonly take: (id: string) => number | undefined;
  /** How many records are not packed. */
  readonly young: () => number;
  /** The records up to this key were packed. */
  readonly packed: (last: number) => void;
  /** A transaction was rolled back. */
  readonly forget: () => void;
};

/** Keeps the keys and ids of all young records at hand, so that what comes in is compared without asking the database. */
export function createFreeKeys(database: Database): FreeKeys {
  const rows = createYoungRows(database);
  const isPacked = createIsPacked(database);
  const readRecord = createRecordReader();
  let ids = new Map<number, string>();
  /** The oldest row when `ids` were read; another one now means that records were packed. */
  let first: number | undefined;
  const load = () => {
    ids = new Map(rows.after(0).map(({ key, bytes }) => [key, readRecord(bytes)?.id ?? ""]));
  };
  return {
    refresh: () => {
      isPacked.refresh();
      const now = rows.ends().first;
      if (now === first) return false;
      load();
      first = now;
      return true;
    },
    take: (id) => {
      for (let key = keyOf(id); ; key++) {
        const taken = isPacked.at(key, id);
        if (taken === "by itself") return undefined;
        if (taken === "by another") continue;
        const young = ids.get(key);
        if (young === id) return undefined;
        if (young !== undefined) continue;
        ids.set(key, id);
        return key;
      }
    },
    young: () => ids.size,
    packed: (last) => {
      for (const key of ids.keys()) if (key <= last) ids.delete(key);
      first = rows.ends().first;
    },
    forget: () => {
      ids.clear();
      first = undefined;
    },
  };
}
