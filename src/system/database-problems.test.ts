import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchDatabases } from "./database-problems";

test("watchDatabases() names a database once its file has been damaged or gone for three seconds, until it is whole", () => {
  const directory = mkdtempSync(join(tmpdir(), "headgate-database-problems-"));
  for (const name of ["config.sqlite", "logs.sqlite"]) {
    const database = new Database(join(directory, name));
    database.run("CREATE TABLE a (x)");
    database.close();
  }
  let nowMs = 0;
  const problems = watchDatabases(directory, () => nowMs);
  expect(problems()).toEqual([]);
  renameSync(join(directory, "config.sqlite"), join(directory, "away"));
  truncateSync(join(directory, "logs.sqlite"), 100);
  expect(problems()).toEqual([]);
  nowMs = 3000;
  expect(problems()).toEqual(["config.sqlite is damaged (gone)", "logs.sqlite is damaged (cut off)"]);
  renameSync(join(directory, "away"), join(directory, "config.sqlite"));
  expect(problems()).toEqual(["logs.sqlite is damaged (cut off)"]);
  rmSync(directory, { recursive: true });
});
