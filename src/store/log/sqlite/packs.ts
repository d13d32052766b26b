import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { NumberColumn, type NumberedRecord, WordColumn } from "../fact-encoding";
import type { Pack } from "../pack";
import { createPackReader, createStoredRecordReader, once, type PackRow } from "./pack-rows";
import { createYoungRows, type YoungRecord } from "./young-rows";

export type Packs = {
  /** All that have records with keys in this range, both ends included; first those that reach furthest, or begin first. */
  readonly overlapping: (low: number, high: number, order: "newest" | "oldest") => readonly Pack[];
  /** Of these those that are in no cube yet. */
  readonly unsummed: (low: number, high: number) => readonly Pack[];
  /** Records that are not packed yet, as a pack; undefined when there are none. */
  readonly young: () => Pack | undefined;
};

/** Reads packs, and the records that are not packed yet as if they were one. Within a transaction they stay the same. */
export function createPacks(database: Database): Packs {
  const overlapping = database.prepare<PackRow, [number, number]>("SELECT * FROM packs WHERE last >= ? AND first <= ?");
  const unsummed = database.prepare<PackRow, [number, number]>(
    "SELECT * FROM packs WHERE id > (SELECT packed FROM cube_state) AND last >= ? AND first <= ?",
  );
  const read = createPackReader(database);
  const young = createYoungPack(database);
  const withYoung = (rows: readonly PackRow[], low: number, high: number): readonly Pack[] => {
    const fresh = young();
    const isIn = fresh !== undefined && fresh.last >= low && fresh.first <= high;
    return [...rows.map(read), ...(isIn ? [fresh] : [])];
  };
  return {
    unsummed: (low, high) => withYoung(unsummed.all(low, high), low, high),
    overlapping: (low, high, order) => {
      const all = withYoung(overlapping.all(low, high), low, high);
      return all.toSorted((a, b) => (order === "newest" ? b.last - a.last : a.first - b.first));
    },
    young,
  };
}

/** A record that was read stays so for as long as it is young. */
type KnownRecord = YoungRecord & { record?: RequestRecord };

function createYoungPack(database: Database): () => Pack | undefined {
  const rows = createYoungRows(database);
  const readRecord = createStoredRecordReader();
  const recordOf = (known: KnownRecord): RequestRecord => {
    known.record ??= readRecord(known.bytes);
    return known.record;
  };
  let seen = { first: 0, last: 0 };
  let known: readonly KnownRecord[] = [];
  let pack: Pack | undefined;
  return () => {
    const { first, last } = rows.ends();
    if (seen.first === first && seen.last === last) return pack;
    // Older rows are still there, or none of them.
    const before = seen.first === first ? known : [];
    known = [...before, ...rows.after(seen.first === first ? seen.last : 0)].toSorted((a, b) => a.key - b.key);
    pack = known.length === 0 ? undefined : packOf(known, recordOf);
    seen = { first, last };
    return pack;
  };
}

function packOf(young: readonly KnownRecord[], recordOf: (known: KnownRecord) => RequestRecord): Pack {
  const keys = Float64Array.from(young, ({ key }) => key);
  const all = Uint32Array.from(keys.keys());
  const numbered = once((): readonly NumberedRecord[] =>
    young.map((known) => {
      const { key, principal, requestClass } = known;
      return { key, principal, requestClass, record: recordOf(known) };
    }),
  );
  return {
    first: keys[0] ?? 0,
    last: keys.at(-1) ?? 0,
    size: young.length,
    gone: 0,
    keys: () => keys,
    numbers: (name) => filled(new NumberColumn(name), numbered()).at(all),
    words: (name) => {
      const { places, dictionary } = filled(new WordColumn(name), numbered()).at(all);
      return { places: () => places, dictionary };
    },
    record: (index) => {
      const known = young[index];
      return known === undefined ? undefined : recordOf(known);
    },
  };
}

function filled<C extends NumberColumn | WordColumn>(column: C, records: readonly NumberedRecord[]): C {
  for (const record of records) column.add(record);
  return column;
}
