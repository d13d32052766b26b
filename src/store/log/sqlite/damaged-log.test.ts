import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf } from "../fixtures/open-log";
import { plainRecord } from "../fixtures/plain-record";
import { openSqliteLogStore } from "./sqlite-log-store";
import { openSqliteLogWriter } from "./sqlite-log-writer";

const damages: readonly (readonly [name: string, damage: (file: string) => void])[] = [
  ["was cut off", (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ["is another file", (file) => writeFileSync(file, "x".repeat(50_000))],
];

for (const [name, damage] of damages) {
  test(`openSqliteLogWriter() sets a log aside that ${name}, and makes one anew that readers find`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "headgate-damaged-log-"));
    const file = join(directory, "logs.sqlite");
    const first = openSqliteLogWriter(file);
    await first.commit(batchOf([plainRecord(1)]));
    first.close();
    // As after a long life: what is in the log beside the file would make up for it.
    using other = new Database(file);
    other.run("PRAGMA wal_checkpoint(TRUNCATE)");
    other.close();
    damage(file);
    const aside: string[] = [];
    const open = () => openSqliteLogWriter(file, undefined, (path) => void aside.push(path));
    let writer = open();
    // What is found damaged by the first write alone is opened anew, as ingestion does.
    await writer.commit(batchOf([plainRecord(2)])).catch(() => {
      writer = open();
      return writer.commit(batchOf([plainRecord(2)]));
    });
    const store = openSqliteLogStore(file);
    expect((await store.list({ limit: 10 })).data).toEqual([plainRecord(2)]);
    expect(aside).toHaveLength(1);
    expect(readdirSync(directory).some((found) => join(directory, found) === aside[0])).toBe(true);
    writer.close();
    store.close();
    rmSync(directory, { recursive: true });
  });
}
