import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeBlock } from "#store/content/content-block";
import { createContentFiles } from "#store/content/content-files";
import { openLogDatabase } from "#store/log/sqlite/open-log-database";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import { openJournal } from "./append";
import type { DyingAt } from "./fixtures/keeper-child";
import { sampleId, silentLog } from "./fixtures/sample-record";
import { createIngester } from "./ingester";

let root: string;
let paths: { readonly directory: string; readonly databaseFile: string; readonly content: string };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "headgate-keep-"));
  paths = { directory: join(root, "journal"), databaseFile: join(root, "logs.sqlite"), content: join(root, "content") };
});
afterEach(() => rmSync(root, { recursive: true }));

const points: readonly DyingAt[] = [
  "before the write",
  "half of it",
  "before the commit",
  "after the commit",
  "after the deletion",
];

for (const at of points) {
  test(`bodies are kept once each when ingestion dies ${at}`, async () => {
    await journalBodies(1, 0, 50);
    await ingestRest();
    await journalBodies(2, 50, 400);
    const script = join(import.meta.dir, "fixtures/keeper-child.ts");
    const child = Bun.spawn([process.execPath, script, JSON.stringify({ ...paths, at })], { stderr: "inherit" });
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
    await journalBodies(3, 450, 10);
    await ingestRest();

    expect(readdirSync(paths.directory)).toEqual([]);
    const store = openSqliteLogStore(paths.databaseFile);
    for (let index = 0; index < 460; index++) {
      const kept = await store.content.read(sampleId(index));
      expect(new TextDecoder().decode(kept?.request?.bytes)).toBe(bodyOf(index));
    }
    store.close();
    expect(keptIds().toSorted()).toEqual(Array.from({ length: 460 }, (_, index) => sampleId(index)));
  });
}

function bodyOf(index: number): string {
  return `body of ${index}, `.repeat(30);
}

/** Writes bodies to segments of a generation that is dead by the time they are read. */
async function journalBodies(generation: number, from: number, count: number): Promise<void> {
  const { directory } = paths;
  const journal = await openJournal({ directory, generation, worker: 0, durability: "process", log: silentLog });
  for (let index = from; index < from + count; index++) {
    journal.appendContent(sampleId(index), { request: Buffer.from(bodyOf(index)) });
  }
  await journal.close();
}

async function ingestRest(): Promise<void> {
  const ingester = createIngester({
    directory: paths.directory,
    openStore: async () => openSqliteLogWriter(paths.databaseFile),
    isWriterAlive: async () => false,
    onBatch: () => undefined,
    log: silentLog,
  });
  for (let pass = 0; pass < 3; pass++) await ingester.pass();
  ingester.close();
}

/** The ids in all blocks that rows point to; those fill the files to their ends. */
function keptIds(): readonly string[] {
  const { database } = openLogDatabase(paths.databaseFile, { busyTimeoutMs: 1000 });
  const blocks = database
    .query<{ name: string; offset: number; length: number }, []>(
      `SELECT DISTINCT name, offset, content_blocks.length AS length
      FROM content_blocks JOIN content_files ON id = file ORDER BY name, offset`,
    )
    .all();
  database.close();
  const files = createContentFiles(paths.content);
  const ends = new Map<string, number>();
  const ids = blocks.flatMap(({ name, offset, length }) => {
    expect(offset).toBe(ends.get(name) ?? 0);
    ends.set(name, offset + length);
    return (decodeBlock(files.read(name, offset, length)) ?? []).map(({ id }) => id);
  });
  for (const name of files.list()) expect(statSync(join(paths.content, name)).size).toBe(ends.get(name) ?? -1);
  return ids;
}
