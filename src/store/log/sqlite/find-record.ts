import type { RequestRecord } from "#core/record";
import { lowerBound } from "../pack";
import type { Packs } from "./packs";
import { isId, keyOf, keyReach } from "./record-key";

export type FoundRecord = { readonly key: number; readonly record: RequestRecord };
export type FindRecord = (id: string) => FoundRecord | undefined;

/** Finds a record by its id, packed or not. */
export function createFindRecord(packs: Packs): FindRecord {
  return (id) => {
    if (!isId(id)) return undefined;
    const key = keyOf(id);
    for (const pack of packs.overlapping(key, key + keyReach, "newest")) {
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
export function recordsAt(packs: Packs, keys: readonly number[]): readonly RequestRecord[] {
  if (keys.length === 0) return [];
  const near = packs.overlapping(Math.min(...keys), Math.max(...keys), "newest");
  return keys.flatMap((key) => {
    for (const pack of near) {
      if (key < pack.first || key > pack.last) continue;
      const index = lowerBound(pack.keys(), key);
      if (pack.keys()[index] === key) return pack.record(index) ?? [];
    }
    return [];
  });
}
