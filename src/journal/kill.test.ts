import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sumOf } from "#store/log/rollup-cell";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import type { StatsQuery } from "#store/log/stats-query";
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

async function acknowledged(child: ReturnType<typeof startWriter>): Promise<readonly string[]> {
  const text = await new Response(child.stdout).text();
  await child.exited;
  return text.split("\n").filter((id) => id !== "");
}

const written = (ids: readonly string[], worker = 0) => findRecords(directory, { generation: 1, worker }, new Set(ids));

describe("a writer that is killed", () => {
  // The first write is the segment's header; later ones carry five records of about 800 bytes each.
  for (const at of ["before", 1, 17, 700, 1700, "after"] as const) {
    test(`has journaled everything that it acknowledged when it dies ${typeof at === "number" ? `${at} bytes into` : at} a write`, async () => {
      const child = startWriter({ dieAt: { write: 20, at } });
      const ids = await acknowledged(child);
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
    for (const afterMs of [60, 75, 90, 105]) {
      const worker = afterMs;
      const child = startWriter({ worker });
      const ids = acknowledged(child);
      await Bun.sleep(afterMs);
      child.kill("SIGKILL");
      expect(written(await ids, worker).size).toBe((await ids).length);
    }
  });
});

describe("an ingester that is killed", () => {
  test("leaves exactly one row for each record, whatever it was doing, and the writers that it reads may die too", async () => {
    const databaseFile = join(directory, "log.sqlite");
    const script = join(import.meta.dir, "fixtures/ingester-child.ts");
    const writers = [0, 1, 2].map((worker) => startWriter({ worker, firstId: worker * 1_000_000 }));
    const ids = Promise.all(writers.map(acknowledged));
    for (let kills = 0; kills < 8; kills++) {
      const ingesting = Bun.spawn([process.execPath, script, directory, databaseFile], {
        stdout: "ignore",
        stderr: "inherit",
      });
      await Bun.sleep(80 + 15 * kills);
      ingesting.kill("SIGKILL");
      await ingesting.exited;
      if (kills > 3) writers[kills - 4]?.kill("SIGKILL");
    }
    const all = (await ids).flat();
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
    expect(sumOf(total.sums, "requests")).toBe(rows.length);
    expect(charged).toEqual([{ slot: 3, tag: 1, period: 7, charged: 125_000 * rows.length }]);
    expect(all.filter((id) => !ingested.has(id))).toEqual([]);
    // Beyond what was acknowledged there is at most what the last write of each writer carried.
    expect(rows.length - all.length).toBeLessThanOrEqual(15);
    expect(readdirSync(directory).filter((file) => !file.startsWith("log.sqlite"))).toEqual([]);
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

/** All writers are gone: everything is ingested and every segment deleted. */
async function ingestRest(databaseFile: string): Promise<void> {
  const ingester = createIngester({
    directory,
    openStore: async () => openSqliteLogWriter(databaseFile),
    isWriterAlive: async () => false,
    onBatch: () => undefined,
    log: silentLog,
  });
  await ingester.pass();
  await ingester.pass();
  ingester.close();
}
