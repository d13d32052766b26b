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
import { keysFrom, NumberColumn, type NumberedRecord, WordColumn } from "../fact-encoding";
import { decodeNumbers, encodeNumbers } from "../number-column";
import type { Pack } from "../pack";
import type { YoungRecord } from "./young-rows";

/**
 * Packs as rows: a column of facts each, numbers before words, and the records in the bytes in which they came, sixteen
 * together, so that what they repeat costs next to nothing.
 */
const chunkRecords = 16;
/** Places for rows of one pack: columns are numbered from 0, dictionaries of words from 64. */
const columnsPerPack = 128;
const firstDictionary = 64;
const chunksPerPack = 1024;

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

/** Writes records, in the order of their keys, as one pack. Each is read once and not kept: together they would be 10 MB. */
export function createPackWriter(database: Database) {
  const insert = database.prepare<{ id: number }, [number, number, number]>(
    "INSERT INTO packs (first, last, size, gone) VALUES (?, ?, ?, 0) RETURNING id",
  );
  const insertColumn = database.prepare("INSERT INTO pack_columns VALUES (?, ?)");
  const insertRecords = database.prepare("INSERT INTO pack_records VALUES (?, ?)");
  const writer = new ByteWriter();
  return (records: readonly YoungRecord[], read: (young: YoungRecord) => NumberedRecord): void => {
    const id = insert.get(records[0]?.key ?? 0, records.at(-1)?.key ?? 0, records.length)?.id ?? 0;
    const column = (place: number, bytes: Uint8Array) =>
      insertColumn.run(id * columnsPerPack + place, Bun.zstdCompressSync(bytes, { level: 1 }));
    const numbers = numberNames.map((name) => new NumberColumn(name, records.length));
    const words = wordNames.map((name) => new WordColumn(name, records.length));
    for (const young of records) {
      const record = read(young);
      for (const values of numbers) values.add(record);
      for (const values of words) values.add(record);
    }
    for (const { name, values } of numbers) column(columnNames.indexOf(name), encodeNumbers(values));
    for (const [place, { name, dictionary, places }] of words.entries()) {
      column(columnNames.indexOf(name), encodeNumbers(places));
      column(firstDictionary + place, new TextEncoder().encode(JSON.stringify(dictionary)));
    }
    for (let chunk = 0; chunk * chunkRecords < records.length; chunk++) {
      const together = records.slice(chunk * chunkRecords, (chunk + 1) * chunkRecords).map(({ bytes }) => bytes);
      insertRecords.run(id * chunksPerPack + chunk, packChunk(writer, together));
    }
  };
}

export function createPackReader(database: Database): (row: PackRow) => Pack {
  const columnBytes = database.prepare<{ bytes: Uint8Array }, [number]>("SELECT bytes FROM pack_columns WHERE id = ?");
  const recordBytes = database.prepare<{ bytes: Uint8Array }, [number]>("SELECT bytes FROM pack_records WHERE id = ?");
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
    const chunks = new Map<number, readonly Uint8Array[]>();
    const recordsOf = (chunk: number): readonly Uint8Array[] => {
      const known = chunks.get(chunk);
      if (known !== undefined) return known;
      const row = recordBytes.get(id * chunksPerPack + chunk);
      const records = row === null ? [] : unpackChunk(row.bytes);
      chunks.set(chunk, records);
      return records;
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
        const bytes = recordsOf(Math.floor(index / chunkRecords))[index % chunkRecords];
        return bytes === undefined || bytes.length === 0 ? undefined : readRecord(bytes);
      },
    };
  };
}

/** Deletes the oldest records of a pack up to an index; their facts stay. */
export function createPackTrimmer(database: Database): (row: PackRow, end: number) => void {
  const find = database.prepare<{ bytes: Uint8Array }, [number]>("SELECT bytes FROM pack_records WHERE id = ?");
  return ({ id, size }, end) => {
    const edge = id * chunksPerPack + (end === size ? Math.ceil : Math.floor)(end / chunkRecords);
    database.run("DELETE FROM pack_records WHERE id >= ? AND id < ?", [id * chunksPerPack, edge]);
    const row = end === size || end % chunkRecords === 0 ? null : find.get(edge);
    if (row !== null) {
      const left = unpackChunk(row.bytes).map((bytes, index) => (index < end % chunkRecords ? gone : bytes));
      database.run("UPDATE pack_records SET bytes = ? WHERE id = ?", [packChunk(new ByteWriter(), left), edge]);
    }
    database.run("UPDATE packs SET gone = ? WHERE id = ?", [end, id]);
  };
}

export function deletePack(database: Database, id: number): void {
  const range = (perPack: number): [number, number] => [id * perPack, (id + 1) * perPack];
  database.run("DELETE FROM pack_columns WHERE id >= ? AND id < ?", range(columnsPerPack));
  database.run("DELETE FROM pack_records WHERE id >= ? AND id < ?", range(chunksPerPack));
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
/** Begins a chunk whose records have their lengths before them. Chunks of older versions are lines of JSON. */
const measuredChunk = 0;

function packChunk(writer: ByteWriter, records: readonly Uint8Array[]): Uint8Array {
  writer.at = 0;
  writer.next(measuredChunk);
  for (const bytes of records) {
    writer.ensure(8 + bytes.length);
    writer.next(bytes.length);
    writer.copy(bytes, 0, bytes.length);
  }
  return Bun.zstdCompressSync(writer.bytes.subarray(0, writer.at), { level: 1 });
}

function unpackChunk(packed: Uint8Array): readonly Uint8Array[] {
  const bytes = Bun.zstdDecompressSync(packed);
  if (bytes[0] !== measuredChunk) return linesOf(bytes);
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
