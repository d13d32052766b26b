import type { Database } from "bun:sqlite";
import { ByteReader } from "#lib/byte-reader";
import { ByteWriter } from "#lib/byte-writer";

/** A record that is not packed yet, as it stands in the database. */
export type YoungRecord = {
  readonly key: number;
  readonly principal: number;
  readonly requestClass: number;
  /** In the form of `core/record-bytes.ts`. */
  readonly bytes: Uint8Array;
};

/**
 * Young records stand in the table `young`, those of one commit in one row: for each its key, its numbers in the
 * dictionaries, its length, and its bytes. A row is never changed, and its number never given again. Rows go all at once,
 * when the oldest records are packed; what stays then is one row.
 */
export type YoungRows = {
  /** Numbers of the oldest and the newest row; zeros when there is none. While these are the same, so are the rows. */
  readonly ends: () => { readonly first: number; readonly last: number };
  /** The records of the rows after this one, in the order in which they were stored. */
  readonly after: (row: number) => readonly YoungRecord[];
  readonly add: (records: readonly YoungRecord[]) => void;
  readonly clear: () => void;
};

export function createYoungRows(database: Database): YoungRows {
  const ends = database.prepare<{ first: number | null; last: number | null }, []>(
    "SELECT (SELECT min(id) FROM young) AS first, (SELECT max(id) FROM young) AS last",
  );
  const after = database.prepare<{ bytes: Uint8Array }, [number]>("SELECT bytes FROM young WHERE id > ? ORDER BY id");
  const insert = database.prepare("INSERT INTO young (bytes) VALUES (?)");
  const clear = database.prepare("DELETE FROM young");
  const writer = new ByteWriter();
  return {
    ends: () => {
      const { first, last } = ends.get() ?? { first: null, last: null };
      return { first: first ?? 0, last: last ?? 0 };
    },
    after: (row) => {
      const entries: YoungRecord[] = [];
      for (const { bytes } of after.all(row)) addEntries(entries, bytes);
      return entries;
    },
    add: (records) => {
      if (records.length === 0) return;
      writer.at = 0;
      for (const record of records) writeEntry(writer, record);
      insert.run(writer.bytes.subarray(0, writer.at));
    },
    clear: () => {
      clear.run();
    },
  };
}

/** The key, and three varints of at most eight bytes. */
const headBytes = 32;

function writeEntry(writer: ByteWriter, { key, principal, requestClass, bytes }: YoungRecord): void {
  writer.ensure(headBytes + bytes.length);
  writer.float64(key);
  writer.next(principal);
  writer.next(requestClass);
  writer.next(bytes.length);
  writer.copy(bytes, 0, bytes.length);
}

function addEntries(entries: YoungRecord[], row: Uint8Array): void {
  const reader = new ByteReader(row);
  while (reader.at < row.length) {
    const key = reader.float64();
    const [principal, requestClass, length] = [reader.next(), reader.next(), reader.next()];
    entries.push({ key, principal, requestClass, bytes: reader.bytes.subarray(reader.at, reader.at + length) });
    reader.at += length;
  }
}
