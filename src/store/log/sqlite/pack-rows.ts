import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { createRecordReader } from "#core/record-bytes";
import { ByteReader } from "#lib/byte-reader";
import { ByteWriter } from "#lib/byte-writer";
import { isArray, type Json, parseJson } from "#lib/json";
import { namesOf } from "#lib/names-of";
import {
  laterFacts,
  laterWords,
  type NumberFactName,
  numberFacts,
  type WordFactName,
  wordFacts,
} from "../fact-columns";
import { distancesOf, keysFrom } from "../fact-encoding";
import type { Facts } from "../fact-table";
import { decodeNumbers, encodeConstant, encodeNumbers } from "../number-column";
import type { Pack } from "../pack";
import type { YoungRecord } from "./young-rows";

/**
 * Packs as rows: a column of facts each, numbers before words, and the records in the bytes in which they came, many together, so that
 * what they repeat costs next to nothing. To compress 64 at once takes half of what four times 16 take. A row of records is numbered
 * by the sixteenths that come before it: rows of older versions have 16 records.
 */
const rowRecords = 64;
const numberedBy = 16;
/** Places for rows of one pack: columns are numbered from 0, dictionaries of words from 64. */
const columnsPerPack = 128;
const firstDictionary = 64;
const numbersPerPack = 1024;

const numberNames = namesOf(numberFacts);
const wordNames = namesOf(wordFacts);
/** In the order of their places. */
const columnNames: readonly (NumberFactName | WordFactName)[] = [
  ...numberNames.filter((name) => !Object.hasOwn(laterFacts, name)),
  ...wordNames.filter((name) => !Object.hasOwn(laterWords, name)),
  ...namesOf(laterFacts),
  ...namesOf(laterWords),
];

export type PackRow = {
  readonly id: number;
  readonly first: number;
  readonly last: number;
  readonly size: number;
  readonly gone: number;
};

/** Writes records, in the order of their keys, and their facts as one pack. */
export function createPackWriter(database: Database) {
  const insert = database.prepare<{ id: number }, [number, number, number]>(
    "INSERT INTO packs (first, last, size, gone) VALUES (?, ?, ?, 0) RETURNING id",
  );
  const insertColumn = database.prepare("INSERT INTO pack_columns VALUES (?, ?)");
  const insertRecords = database.prepare("INSERT INTO pack_records VALUES (?, ?)");
  const writer = new ByteWriter();
  return (records: readonly YoungRecord[], facts: Facts): void => {
    const id = insert.get(records[0]?.key ?? 0, records.at(-1)?.key ?? 0, records.length)?.id ?? 0;
    const column = (place: number, bytes: Uint8Array) =>
      insertColumn.run(id * columnsPerPack + place, Bun.zstdCompressSync(bytes, { level: 1 }));
    for (const name of numberNames) {
      column(columnNames.indexOf(name), encodedColumn(name, facts));
    }
    for (const [place, name] of wordNames.entries()) {
      const { places, dictionary } = facts.words(name);
      column(columnNames.indexOf(name), dictionary.length === 1 ? encodeConstant(0) : encodeNumbers(places));
      column(firstDictionary + place, new TextEncoder().encode(JSON.stringify(dictionary)));
    }
    for (let start = 0; start < records.length; start += rowRecords) {
      const together = records.slice(start, start + rowRecords).map(({ bytes }) => bytes);
      insertRecords.run(id * numbersPerPack + start / numberedBy, packRecords(writer, together));
    }
  };
}

/** Most facts are the same of all records of a pack, and known to be. */
function encodedColumn(name: NumberFactName, facts: Facts): Uint8Array<ArrayBuffer> {
  if (name === "key_distance") return encodeNumbers(distancesOf(facts.keys()));
  const same = facts.same(name);
  return same === undefined ? encodeNumbers(facts.numbers(name)) : encodeConstant(same);
}

export function createPackReader(database: Database): (row: PackRow) => Pack {
  const columnBytes = database.prepare<{ bytes: Uint8Array }, [number]>("SELECT bytes FROM pack_columns WHERE id = ?");
  const findRow = createFindRow(database);
  const readRecord = createStoredRecordReader();
  return ({ id, first, last, size, gone }) => {
    const find = (place: number): Uint8Array<ArrayBuffer> | undefined => {
      const row = columnBytes.get(id * columnsPerPack + place);
      return row === null ? undefined : unpackBytes(row.bytes);
    };
    const read = (place: number): Uint8Array<ArrayBuffer> => {
      const bytes = find(place);
      if (bytes === undefined) throw new Error(`Cannot read pack ${id}: its column ${place} is missing`);
      return bytes;
    };
    const readLater = (name: NumberFactName): Float64Array<ArrayBuffer> => {
      const bytes = find(columnNames.indexOf(name));
      return bytes === undefined ? new Float64Array(size) : decodeNumbers(bytes, size);
    };
    const rows = new Map<number, RecordRow>();
    const rowOf = (index: number): RecordRow | undefined => {
      const number = Math.floor(index / numberedBy);
      const known = rows.get(number);
      if (known !== undefined) return known;
      const found = findRow(id, index);
      if (found === undefined) return undefined;
      const end = found.start + found.records.length;
      for (let each = found.start; each < end; each += numberedBy) rows.set(each / numberedBy, found);
      return found;
    };
    return {
      first,
      last,
      size,
      gone,
      keys: once(() => keysFrom(first, decodeNumbers(read(0), size))),
      numbers: (name) =>
        Object.hasOwn(laterFacts, name) ? readLater(name) : decodeNumbers(read(columnNames.indexOf(name)), size),
      words: (name) => {
        const dictionary = find(firstDictionary + wordNames.indexOf(name));
        if (dictionary === undefined && Object.hasOwn(laterWords, name)) return noWords(size);
        return {
          places: () => decodeNumbers(read(columnNames.indexOf(name)), size),
          dictionary: readDictionary(dictionary ?? read(firstDictionary + wordNames.indexOf(name))),
        };
      },
      record: (index) => {
        const row = rowOf(index);
        const bytes = row?.records[index - row.start];
        return bytes === undefined || bytes.length === 0 ? undefined : readRecord(bytes);
      },
    };
  };
}

/** Deletes the oldest records of a pack up to an index; their facts stay. */
export function createPackTrimmer(database: Database): (row: PackRow, end: number) => void {
  const findRow = createFindRow(database);
  return ({ id, size }, end) => {
    const row = end === size ? undefined : findRow(id, end);
    const kept = row === undefined ? (id + 1) * numbersPerPack : id * numbersPerPack + row.start / numberedBy;
    database.run("DELETE FROM pack_records WHERE id >= ? AND id < ?", [id * numbersPerPack, kept]);
    if (row !== undefined && row.start < end) {
      const left = row.records.map((bytes, index) => (row.start + index < end ? gone : bytes));
      database.run("UPDATE pack_records SET bytes = ? WHERE id = ?", [packRecords(new ByteWriter(), left), kept]);
    }
    database.run("UPDATE packs SET gone = ? WHERE id = ?", [end, id]);
  };
}

/** Records that stand in one row, and the index of the first of them in its pack. */
type RecordRow = { readonly start: number; readonly records: readonly Uint8Array[] };

/** Finds the row with the record at an index of a pack. */
function createFindRow(database: Database): (pack: number, index: number) => RecordRow | undefined {
  const find = database.prepare<{ id: number; bytes: Uint8Array }, [number, number]>(
    "SELECT id, bytes FROM pack_records WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
  );
  return (pack, index) => {
    const first = pack * numbersPerPack;
    const row = find.get(first, first + Math.floor(index / numberedBy));
    return row === null ? undefined : { start: (row.id - first) * numberedBy, records: unpackRecords(row.bytes) };
  };
}

export function deletePack(database: Database, id: number): void {
  const range = (perPack: number): [number, number] => [id * perPack, (id + 1) * perPack];
  database.run("DELETE FROM pack_columns WHERE id >= ? AND id < ?", range(columnsPerPack));
  database.run("DELETE FROM pack_records WHERE id >= ? AND id < ?", range(numbersPerPack));
  database.run("DELETE FROM packs WHERE id = ?", [id]);
}

/** Throws where the row is damaged. */
export function createStoredRecordReader(): (bytes: Uint8Array) => RequestRecord {
  const read = createRecordReader();
  return (bytes) => {
    const record = read(bytes);
    if (record === undefined) {
      throw new Error("Cannot read a stored record: it is no record of this or an older version");
    }
    return record;
  };
}

/** In memory of its own. */
function unpackBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Bun.zstdDecompressSync(bytes));
}

/** Stands for a record that was deleted. */
const gone = new Uint8Array(0);
/** Begins a row whose records have their lengths before them. Rows of older versions are lines of JSON. */
const measured = 0;

function packRecords(writer: ByteWriter, records: readonly Uint8Array[]): Uint8Array {
  writer.at = 0;
  writer.next(measured);
  for (const bytes of records) {
    writer.ensure(8 + bytes.length);
    writer.next(bytes.length);
    writer.copy(bytes, 0, bytes.length);
  }
  return Bun.zstdCompressSync(writer.bytes.subarray(0, writer.at), { level: 1 });
}

function unpackRecords(packed: Uint8Array): readonly Uint8Array[] {
  const bytes = Bun.zstdDecompressSync(packed);
  if (bytes[0] !== measured) return linesOf(bytes);
  const reader = new ByteReader(bytes);
  const records: Uint8Array[] = [];
  for (reader.at = 1; reader.at < bytes.length; ) {
    const end = reader.next() + reader.at;
    records.push(bytes.subarray(reader.at, end));
    reader.at = end;
  }
  return records;
}

/** JSON has no bare line feed. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** Of a pack that is older than the column. */
function noWords(size: number): ReturnType<Pack["words"]> {
  return { places: () => new Float64Array(size), dictionary: [[]] };
}

function readDictionary(bytes: Uint8Array): readonly (readonly string[])[] {
  const parsed = parseJson(new TextDecoder().decode(bytes));
  if (isArray(parsed) && parsed.every(isWords)) return parsed;
  throw new Error("Cannot read a dictionary of a pack: it must be lists of words");
}

function isWords(value: Json): value is readonly string[] {
  return isArray(value) && value.every((word) => typeof word === "string");
}

export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
