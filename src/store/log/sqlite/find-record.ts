import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { lowerBound } from "../pack";
import { createPackReader, type PackRow, readRecord } from "./pack-rows";
import { isId, keyOf, keyReach } from "./record-key";

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
    if (!isId(id)) return undefined;
    const key = keyOf(id);
    const young = find.get(key, key + keyReach, id);
    if (young !== null) return { key: young.key, record: readRecord(young.record) };
    for (const row of packs.all(key, key + keyReach)) {
      const pack = read(row);
      const keys = pack.keys();
      for (let index = lowerBound(keys, key); (keys[index] ?? Number.POSITIVE_INFINITY) <= key + keyReach; index++) {
        const record = pack.record(index);
        if (record?.id === id) return { key: keys[index] ?? 0, record };
      }
    }
    return undefined;
  };
}
