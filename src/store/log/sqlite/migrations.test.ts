import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../sqlite/migrate";
import { batchOf } from "../fixtures/open-log";
import { plainRecord, startMs } from "../fixtures/plain-record";
import { logMigrations } from "./migrations";
import { keyOf } from "./record-key";
import { openSqliteLogStore } from "./sqlite-log-store";
import { openSqliteLogWriter } from "./sqlite-log-writer";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-migrations-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A database as the version before had it: records are JSON, each in a row. */
function oldDatabase(file: string, count: number): void {
  using database = new Database(file, { create: true });
  migrate(database, logMigrations.slice(0, 2));
  database.run(`INSERT INTO principals VALUES (1, '{}')`);
  database.run(`INSERT INTO kinds VALUES (1, ?)`, [
    '{"endpoint":"chat.completions","dialect":"openai-chat","stream":true,"status":200,"outcome":"ok"}',
  ]);
  for (const [index, record] of Array.from({ length: count }, (_, index) => plainRecord(index)).entries()) {
    const json = JSON.stringify(record);
    // Two start in a millisecond, and have the same random bits: the second takes the next key.
    database.run("INSERT INTO requests VALUES (?, ?, 1, 1, ?)", [keyOf(record.id) + (index % 2), record.id, json]);
  }
}

describe("the log of a version that kept JSON", () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => plainRecord(index));

  test("is read, added to, packed and pruned as one of this version", async () => {
    const file = join(directory, "logs.sqlite");
    oldDatabase(file, 20);
    const store = openSqliteLogStore(file);
    const list = async () => (await store.list({ limit: 100, order: "oldest" })).data;
    expect(await list()).toEqual(upTo(20));
    const writer = openSqliteLogWriter(file, 16);
    expect(await writer.commit(batchOf(upTo(30)))).toEqual(upTo(30).slice(20));
    expect(await list()).toEqual(upTo(30));
    expect((await store.get(plainRecord(3).id))?.record).toEqual(plainRecord(3));
    while ((await store.purge({ what: "records", beforeMs: startMs + 2 }, 2)) > 0);
    expect(await list()).toEqual(upTo(30).slice(4));
    writer.close();
    store.close();
  });

  test("is read where records were packed as lines of JSON", async () => {
    const file = join(directory, "logs.sqlite");
    const writer = openSqliteLogWriter(file, 16);
    await writer.commit(batchOf(upTo(24)));
    writer.close();
    const lines = upTo(16).map((record) => JSON.stringify(record));
    const set = (text: string) => {
      using database = new Database(file);
      database.run("UPDATE pack_records SET bytes = ?", [Bun.zstdCompressSync(Buffer.from(text))]);
    };
    set(lines.join("\n"));
    const store = openSqliteLogStore(file);
    expect((await store.list({ limit: 100, order: "oldest" })).data).toEqual(upTo(24));
    await store.purge({ what: "records", beforeMs: startMs + 1 }, 2);
    expect((await store.list({ limit: 100, order: "oldest" })).data).toEqual(upTo(24).slice(2));
    store.close();
  });

  test("is read and pruned where sixteen packed records stood in a row", async () => {
    const file = join(directory, "logs.sqlite");
    const writer = openSqliteLogWriter(file, 48);
    await writer.commit(batchOf(upTo(72)));
    writer.close();
    const rowOf = (row: number) =>
      upTo(48)
        .slice(row * 16, (row + 1) * 16)
        .map((record) => JSON.stringify(record))
        .join("\n");
    {
      using database = new Database(file);
      const first = database.query<{ id: number }, []>("SELECT id FROM pack_records").all();
      expect(first).toHaveLength(1);
      database.run("DELETE FROM pack_records");
      for (const row of [0, 1, 2]) {
        const bytes = Bun.zstdCompressSync(Buffer.from(rowOf(row)));
        database.run("INSERT INTO pack_records VALUES (?, ?)", [(first[0]?.id ?? 0) + row, bytes]);
      }
    }
    const store = openSqliteLogStore(file);
    const list = async () => (await store.list({ limit: 100, order: "oldest" })).data;
    expect(await list()).toEqual(upTo(72));
    for (const gone of [10, 16, 34]) {
      while ((await store.purge({ what: "records", beforeMs: startMs + gone / 2 }, 5)) > 0);
      expect(await list()).toEqual(upTo(72).slice(gone));
    }
    store.close();
  });

  test("is refused by that version, and by every other of before, once this one has opened it", () => {
    const file = join(directory, "logs.sqlite");
    openSqliteLogWriter(file).close();
    using database = new Database(file);
    for (const known of [2, logMigrations.length - 1]) {
      expect(() => migrate(database, logMigrations.slice(0, known))).toThrow("made its schema version");
    }
  });
});
