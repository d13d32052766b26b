import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databaseFileState } from "./database-file";

const directory = mkdtempSync(join(tmpdir(), "headgate-database-file-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

for (const pageSize of [512, 4096, 65_536]) {
  test(`databaseFileState() tells whole files of ${pageSize}-byte pages, with and without a log, from cut ones`, () => {
    const file = join(directory, `${pageSize}.sqlite`);
    expect(databaseFileState(file)).toBe("gone");
    const database = new Database(file);
    database.run(`PRAGMA page_size = ${pageSize}`);
    database.run("PRAGMA journal_mode = WAL");
    const size = statSync(file).size;
    truncateSync(file, size / 2);
    expect(databaseFileState(file)).toBe("cut off");
    truncateSync(file, size);
    database.run("CREATE TABLE a (x BLOB)");
    for (let row = 0; row < 50; row++) database.run("INSERT INTO a VALUES (zeroblob(3000))");
    expect(databaseFileState(file)).toBe("whole");
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    expect(databaseFileState(file)).toBe("whole");
    database.close();
    truncateSync(file, statSync(file).size - 1);
    expect(databaseFileState(file)).toBe("cut off");
    truncateSync(file, 0);
    expect(databaseFileState(file)).toBe("empty");
    writeFileSync(file, "half of another file");
    expect(databaseFileState(file)).toBe("no database");
  });
}
