import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLineBuffer } from "#lib/line-buffer";
import { sumOf } from "#store/log/rollup-cell";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import type { StatsQuery } from "#store/log/stats-query";
import { waitUntil } from "../../test/harness/wait-until";
import { sampleId, silentLog } from "./fixtures/sample-record";
import { createIngester } from "./ingester";
import { findRecords } from "./interrupted";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-kill-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function startWriter(order: object) {
  const script = join(import.meta.dir, "fixtures/writer-child.ts");
  return Bun.spawn(
    [process.execPath, script, JSON.stringify({ worker: 0, firstId: 0, count: 100_000, directory, ...order })],
    {
      stdout: "pipe",
      stderr: "inherit",
    },
  );
}

/** The ids that a writer acknowledges, as they come; `ended` resolves when it has died. */
function readAcknowledged(child: ReturnType<typeof startWriter>) {
  const ids: string[] = [];
  const read = async () => {
    const lines = createLineBuffer(1000);
    for await (const chunk of child.stdout) ids.push(...lines.push(chunk));
    await child.exited;
  };
  return { ids, ended: read() };
}

/** Kills a writer as soon as it has acknowledged so many; gives all that it has. */
async function killAfter(count: number, child: ReturnType<typeof startWriter>): Promise<readonly string[]> {
  const { ids, ended } = readAcknowledged(child);
  await waitUntil(`${count} acknowledged records`, () => ids.length >= count, 30_000, 1);
  child.kill("SIGKILL");
  await ended;
  return ids;
}

function lastWriteMs(databaseFile: string): number | undefined {
  return statSync(`${databaseFile}-wal`, { throwIfNoEntry: false })?.mtimeMs;
}

const written = (ids: readonly string[], worker = 0) => findRecords(directory, { generation: 1, worker }, new Set(ids));

describe("a writer that is killed", () => {
  // The first write is the segment's header; later ones carry five records of about 230 bytes each.
  for (const at of ["before", 1, 17, 300, 700, "after"] as const) {
    test(`has journaled everything that it acknowledged when it dies ${typeof at === "number" ? `${at} bytes into` : at} a write`, async () => {
      const child = startWriter({ dieAt: { write: 20, at } });
      const { ids, ended } = readAcknowledged(child);
      await ended;
      expect(child.signalCode).toBe("SIGKILL");
      expect(ids.length).toBeGreaterThanOrEqual(80);
      expect(written(ids).size).toBe(ids.length);
      const next = [0, 1, 2, 3, 4].map((step) => sampleId(ids.length + step));
      // What was written but not acknowledged is whole or absent.
      const more = written(next).size;
      if (at === "after") expect(more).toBe(5);
      else expect(more).toBeLessThan(5);
    });
  }

  test("has journaled everything that it acknowledged when it is killed at any time", async () => {
    for (const [worker, count] of [1, 32, 500, 3000].entries()) {
      const ids = await killAfter(count, startWriter({ worker }));
      expect(written(ids, worker).size).toBe(ids.length);
    }
  });
});

describe("an ingester that is killed", () => {
  test("leaves exactly one row for each record, whatever it was doing, and the writers that it reads may die too", async () => {
    const databaseFile = join(directory, "log.sqlite");
    const script = join(import.meta.dir, "fixtures/ingester-child.ts");
    const writers = [0, 1, 2].map((worker) => startWriter({ worker, firstId: worker * 1_000_000 }));
    const acknowledged = writers.map(readAcknowledged);
    // While a writer lives there is always more to ingest; the last one dies with the last ingester.
    for (const [round, dying] of [undefined, undefined, undefined, undefined, 0, 1, 2].entries()) {
      const ingesting = Bun.spawn([process.execPath, script, directory, databaseFile], {
        stdout: "ignore",
        stderr: "inherit",
      });
      const before = lastWriteMs(databaseFile);
      const hasWritten = () => lastWriteMs(databaseFile) !== before;
      try {
        await waitUntil("a write to the database", hasWritten, 30_000, 1 + round);
      } finally {
        ingesting.kill("SIGKILL");
      }
      await ingesting.exited;
      if (dying === undefined) continue;
      await waitUntil("many records", () => (acknowledged[dying]?.ids.length ?? 0) > 400, 30_000, 1);
      writers[dying]?.kill("SIGKILL");
    }
    await Promise.all(acknowledged.map(({ ended }) => ended));
    const all = acknowledged.flatMap(({ ids }) => ids);
    await ingestRest(databaseFile);
    const store = openSqliteLogStore(databaseFile);
    const rows: string[] = [];
    const charged = await store.slotCharges();
    const { total } = await store.stats(everything);
    for (let after: string | undefined, more = true; more; ) {
      const page = await store.list({ limit: 5000, order: "oldest", ...(after !== undefined && { after }) });
      rows.push(...page.data.map((record) => record.id));
      after = page.next;
      more = after !== undefined;
    }
    store.close();
    expect(all.length).toBeGreaterThan(1000);
    expect(new Set(rows).size).toBe(rows.length);
    const ingested = new Set(rows);
    expect(sumOf(total, "requests")).toBe(rows.length);
    expect(charged).toEqual([{ slot: 3, tag: 1, period: 7, charged: 125_000 * rows.length }]);
    expect(all.filter((id) => !ingested.has(id))).toEqual([]);
    // Beyond what was acknowledged there is at most what the last write of each writer carried.
    expect(rows.length - all.length).toBeLessThanOrEqual(15);
    expect(segmentsLeft()).toEqual([]);
  });
});

const everything: StatsQuery = {
  fromMs: 0,
  toMs: Date.UTC(2030, 0, 1),
  nowMs: Date.UTC(2030, 0, 1),
  interval: "none",
  timeZone: "UTC",
  filters: [],
  groupBy: [],
  top: 1,
  order: "requests",
  comparePrevious: false,
  percentiles: false,
};

function segmentsLeft(): readonly string[] {
  return readdirSync(directory).filter((file) => !file.startsWith("log.sqlite") && file !== "content");
}

/** All writers are gone: everything is ingested and every segment deleted. */
async function ingestRest(databaseFile: string): Promise<void> {
  const ingester = createIngester({
    directory,
    openStore: async () => openSqliteLogWriter(databaseFile),
    isWriterAlive: async () => false,
    onBatch: () => undefined,
    log: silentLog,
  });
  // Bodies are taken in by so many a pass.
  for (let passes = 0; passes < 50 && segmentsLeft().length > 0; passes++) await ingester.pass();
  ingester.close();
}
