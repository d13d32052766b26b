import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { damageMark } from "#lib/database-file";
import { checkDatabases } from "./doctor-databases";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "headgate-doctor-databases-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function make(name: string): string {
  const file = join(dataDir, name);
  using database = new Database(file);
  database.run("CREATE TABLE a (x BLOB)");
  for (let row = 0; row < 40; row++) database.run("INSERT INTO a VALUES (randomblob(1000))");
  return file;
}
const amiss = () => checkDatabases(dataDir).map(({ level, subject, text }) => `${level} ${subject} ${text}`);

test("checkDatabases() finds nothing amiss of whole databases, and none of those that are not there", () => {
  expect(amiss()).toEqual([]);
  make("config.sqlite");
  make("logs.sqlite");
  expect(amiss()).toEqual([]);
});

test("checkDatabases() names databases that are empty, cut off, overwritten, damaged inside or marked, and what to do", () => {
  const [config, logs] = [make("config.sqlite"), make("logs.sqlite")];
  const bytes = statSync(config).size;
  writeFileSync(damageMark(logs), "");
  truncateSync(config, bytes / 2);
  expect(amiss()).toEqual([
    expect.stringMatching(/^fail database config\.sqlite: cut off; stop, put a backup in its place/),
    expect.stringMatching(/^fail database logs\.sqlite: .*sets it aside/),
  ]);
  truncateSync(config);
  expect(amiss()[0]).toContain("config.sqlite: empty;");
  writeFileSync(config, "z".repeat(500));
  expect(amiss()[0]).toContain("config.sqlite: no database;");
  rmSync(config);
  make("config.sqlite");
  const inside = readFileSync(config);
  writeFileSync(config, inside.fill(0x5a, 8192, 12_288));
  expect(amiss()[0]).toMatch(/config\.sqlite: .*Tree 2 page 3/);
});

test("checkDatabases() names databases that were set aside", () => {
  writeFileSync(join(dataDir, "logs.sqlite.damaged-20261130T120000000Z"), "");
  writeFileSync(join(dataDir, "logs.sqlite.damaged-20261130T120000000Z-wal"), "");
  expect(amiss()).toEqual([
    expect.stringMatching(/^warn database logs\.sqlite\.damaged-20261130T120000000Z set aside/),
  ]);
});
