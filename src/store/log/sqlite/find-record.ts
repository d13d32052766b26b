import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { lowerBound, type Pack } from "../pack";
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

/** Reads the records at keys, packed or not, without those that are gone. Keys near each other cost little more than one. */
export function createRecordsAt(database: Database): (keys: readonly number[]) => readonly RequestRecord[] {
  const find = database.prepare<{ record: string }, [number]>("SELECT record FROM requests WHERE key = ?");
  const packsAt = database.prepare<PackRow, [number]>("SELECT * FROM packs WHERE ?1 BETWEEN first AND last");
  const read = createPackReader(database);
  return (keys) => {
    const packs = new Map<number, Pack>();
    const packed = (key: number) => {
      for (const row of packsAt.all(key)) {
        const pack = packs.get(row.id) ?? read(row);
        packs.set(row.id, pack);
        const index = lowerBound(pack.keys(), key);
        if (pack.keys()[index] === key) return pack.record(index);
      }
      return undefined;
    };
    return keys.flatMap((key) => {
      const young = find.get(key);
      return (young === null ? packed(key) : readRecord(young.record)) ?? [];
    });
  };
}
