import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { lowerBound } from "../pack";
import { createPackReader, type PackRow, readRecord } from "./pack-rows";
import { keyOf } from "./record-key";

/** Keys that an id can have been moved to because others of its millisecond were there. */
const reach = 8191;

export type FoundRecord = { readonly key: number; readonly record: RequestRecord };
export type FindRecord = (id: string) => FoundRecord | undefined;

/** Finds a record by its id, packed or not. */
export function createFindRecord(database: Database): FindRecord {
  const find = database.prepare<{ key: number; record: string }, [number, number, string]>(
    "SELECT key, record FROM requests WHERE key BETWEEN ? AND ? AND id = ?",
  );
  const packs = database.prepare<PackRow, [number, number]>("SELECT * FROM packs WHERE last >= ? AND first <= ?");
  const read = createPackReader(database);
  return (id) => {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const key = keyOf(id);
    const young = find.get(key, key + reach, id);
    if (young !== null) return { key: young.key, record: readRecord(young.record) };
    for (const row of packs.all(key, key + reach)) {
      const pack = read(row);
      const keys = pack.keys();
      for (let index = lowerBound(keys, key); (keys[index] ?? Number.POSITIVE_INFINITY) <= key + reach; index++) {
        const record = pack.record(index);
        if (record?.id === id) return { key: keys[index] ?? 0, record };
      }
    }
    return undefined;
  };
}

/** Finds the key of a body by the id of its record. */
export function createFindContent(database: Database): (id: string) => number | undefined {
  const find = database.prepare<{ key: number }, [number, number, string]>(
    "SELECT key FROM contents WHERE key BETWEEN ? AND ? AND id = ?",
  );
  return (id) => {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const key = keyOf(id);
    return find.get(key, key + reach, id)?.key;
  };
}
