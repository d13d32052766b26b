import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import type { DatedPrice } from "#core/money";
import type { RequestRecord } from "#core/record";
import { noUsage } from "#core/usage";
import type { LogStore, LogWriter } from "#store/log/log-store";
import { moneyOf } from "#store/log/rollup-cell";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import { type Progress, priceRecord, recalculate } from "./recalculation";

const startMs = 1_700_000_000_000;
const usage = { ...noUsage, input: 1000, output: 100 };

function record(index: number, extra: Partial<RequestRecord> = {}): RequestRecord {
  const startedAtMs = startMs + index;
  return {
    id: startedAtMs.toString(16).padStart(12, "0") + index.toString(16).padStart(20, "0"),
    requestId: "label",
    startedAtMs,
    durationMs: 10,
    upstreamMs: 9,
    worker: 0,
    endpoint: "chat.completions",
    provider: "openai",
    model: "gpt-4o",
    attempts: [],
    stream: true,
    status: 200,
    outcome: "ok",
    charges: [],
    requestBytes: 1,
    responseBytes: 2,
    usage,
    ...extra,
  };
}

/** One dollar a million input tokens, ten a million output tokens: 0.002 dollars for `usage`. */
const prices: readonly DatedPrice[] = [
  { fromMs: startMs + 500, price: { version: "new", input: 2_000_000, output: 20_000_000 } },
  { fromMs: 0, price: { version: "old", input: 1_000_000, output: 10_000_000 } },
];
const pricesOf = (provider: string) => (provider === "openai" ? prices : undefined);

let directory: string;
let writer: LogWriter;
let logs: LogStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headgate-recalculation-"));
  writer = openSqliteLogWriter(join(directory, "logs.sqlite"));
  logs = openSqliteLogStore(join(directory, "logs.sqlite"));
});
afterEach(() => {
  writer.close();
  logs.close();
  rmSync(directory, { recursive: true });
});

async function run(dryRun: boolean): Promise<Progress> {
  const progress: Progress = { state: "running", looked: 0, changed: 0, unpriced: 0, difference: 0n };
  const order = { fromMs: startMs, toMs: startMs + 1000, filters: [], dryRun };
  await recalculate(order, progress, { logs, pricesOf, nowMs: () => startMs + 9999 });
  return progress;
}

describe("recalculate()", () => {
  test("writes corrections beside what costs another today, prices what was unpriced, and leaves the records", async () => {
    const records = [
      record(0, { cost: 2_000_000, priceVersion: "old" }),
      record(1, { cost: 5, priceVersion: "wrong" }),
      record(2),
      record(3, { provider: "unknown" }),
      record(600, { cost: 2_000_000, priceVersion: "old" }),
      record(2000),
    ];
    await writer.commit({
      records: records.map((each) => ({ record: each, bytes: bytesOfRecord(each) })),
      positions: new Map(),
    });
    const difference = BigInt(1_999_995 + 2_000_000 + 2_000_000);
    expect(await run(true)).toMatchObject({ looked: 5, changed: 3, unpriced: 1, difference });
    expect((await logs.list({ limit: 10 })).corrections).toEqual([]);
    expect(await run(false)).toMatchObject({ looked: 5, changed: 3, unpriced: 1, difference });
    const { data, corrections } = await logs.list({ limit: 10, order: "oldest" });
    expect([...data]).toEqual(records);
    expect(corrections.map(({ oldCost, newCost, newPriceVersion }) => [oldCost, newCost, newPriceVersion])).toEqual([
      [5, 2_000_000, "old"],
      [undefined, 2_000_000, "old"],
      [2_000_000, 4_000_000, "new"],
    ]);
    const stats = await logs.stats({
      fromMs: startMs - 1000,
      toMs: startMs + 1_000_000,
      nowMs: startMs,
      interval: "none",
      timeZone: "UTC",
      filters: [],
      groupBy: [],
      top: 1,
      order: "cost",
      comparePrevious: false,
      percentiles: false,
    });
    expect(moneyOf(stats.total, "cost")).toBe(4_000_005n);
    expect(moneyOf(stats.total, "raised")).toBe(difference);
    // Again: everything says already what it would say.
    expect(await run(false)).toMatchObject({ looked: 5, changed: 0, difference: 0n });
  });
});

describe("priceRecord()", () => {
  test("prices each attempt at its own target", () => {
    const attempt = { provider: "openai", model: "gpt-4o", providerKey: "main", durationMs: 1 };
    const failed = { ...attempt, usage: { ...noUsage, input: 400 } };
    const both = record(0, { attempts: [failed, attempt] });
    expect(priceRecord(both, pricesOf)).toEqual({ cost: 400_000 + 600_000 + 1_000_000, version: "old" });
    const elsewhere = record(0, { attempts: [{ ...failed, provider: "unknown" }, attempt] });
    expect(priceRecord(elsewhere, pricesOf)).toBeUndefined();
  });
});
