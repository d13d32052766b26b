import type { Database } from "bun:sqlite";
import { type NumberedRecord, numbersOf, wordsOf } from "../fact-encoding";
import type { Pack } from "../pack";
import { createPackReader, type PackRow, readRecord } from "./pack-rows";

export type Packs = {
  /** All that have records with keys in this range, both ends included; first those that reach furthest, or begin first. */
  readonly overlapping: (low: number, high: number, order: "newest" | "oldest") => readonly Pack[];
  /** Records that are not packed yet, as a pack; undefined when there are none. */
  readonly young: () => Pack | undefined;
};

/** Reads packs, and the records that are not packed yet as if they were one. Within a transaction they stay the same. */
export function createPacks(database: Database): Packs {
  const overlapping = database.prepare<PackRow, [number, number]>("SELECT * FROM packs WHERE last >= ? AND first <= ?");
  const read = createPackReader(database);
  const young = createYoungPack(database);
  return {
    overlapping: (low, high, order) => {
      const fresh = young();
      const isIn = (pack: Pack) => pack.last >= low && pack.first <= high;
      const all: readonly Pack[] = [
        ...overlapping.all(low, high).map(read),
        ...(fresh !== undefined && isIn(fresh) ? [fresh] : []),
      ];
      return all.toSorted((a, b) => (order === "newest" ? b.last - a.last : a.first - b.first));
    },
    young,
  };
}

function createYoungPack(database: Database): () => Pack | undefined {
  const version = database.prepare<{ others: number; own: number }, []>(
    "SELECT data_version AS others, total_changes() AS own FROM pragma_data_version",
  );
  const keys = database.prepare<{ key: number }, []>("SELECT key FROM requests ORDER BY key");
  const find = database.prepare<Omit<NumberedRecord, "record"> & { readonly json: string }, [number]>(
    "SELECT key, principal, kind AS requestClass, record AS json FROM requests WHERE key = ?",
  );
  let seen = "";
  let known = new Map<number, NumberedRecord>();
  let pack: Pack | undefined;
  const load = (key: number): NumberedRecord | undefined => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const row = find.get(key);
    return row === null ? undefined : { ...row, record: readRecord(row.json) };
  };
  return () => {
    const { others, own } = version.get() ?? { others: 0, own: 0 };
    if (seen === `${others}:${own}`) return pack;
    const records = keys.all().flatMap(({ key }) => load(key) ?? []);
    known = new Map(records.map((record) => [record.key, record]));
    pack = records.length === 0 ? undefined : packOf(records);
    seen = `${others}:${own}`;
    return pack;
  };
}

function packOf(records: readonly NumberedRecord[]): Pack {
  const keys = Float64Array.from(records, ({ key }) => key);
  return {
    first: keys[0] ?? 0,
    last: keys.at(-1) ?? 0,
    size: records.length,
    gone: 0,
    keys: () => keys,
    numbers: (name) => numbersOf(records, name),
    words: (name) => {
      const { places, dictionary } = wordsOf(records, name);
      return { places: () => places, dictionary };
    },
    record: (index) => records[index]?.record,
  };
}
