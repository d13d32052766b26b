import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { type Figures, pointsOf, type Series } from "./figures";
import { batchOf } from "./fixtures/open-log";
import { createRandom, createRecordSource, refusedRecord } from "./fixtures/random-records";
import type { DimensionFilter, LogFilter } from "./log-filter";
import type { LogStore, LogWriter, Purge } from "./log-store";
import { createMemoryLog } from "./memory/memory-log";
import { cellSums, moneyOf } from "./rollup-cell";
import { openSqliteLogStore } from "./sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "./sqlite/sqlite-log-writer";
import type { StatsAnswer, StatsQuery } from "./stats-query";
import { dayMs, hourMs } from "./time-buckets";

// What SQLite answers is what the log in memory does, which sums up and sorts everything anew for each question.

const fromMs = Date.UTC(2026, 4, 3, 5);
const toMs = fromMs + 60 * hourMs;
const count = 2500;
const random = createRandom(11);
const below = (most: number) => Math.floor(random() * most);
const pick = <T>(of: readonly T[]): T | undefined => of[below(of.length)];

const source = createRecordSource({ seed: 5, keys: 40, models: 6, fromMs, toMs, count });
/** One in twelve was refused. */
const records = Array.from({ length: count }, (_, index) =>
  index % 12 === 7 ? refusedRecord(source(index), 1 + (index % 5)) : source(index),
);

const directory = mkdtempSync(join(tmpdir(), "headgate-oracle-"));
const memory = createMemoryLog();
let writer: LogWriter;
let sqlite: LogStore;
beforeAll(async () => {
  const file = join(directory, "logs.sqlite");
  writer = openSqliteLogWriter(file, 200);
  sqlite = openSqliteLogStore(file, { rows: 1e9, ms: 60_000 });
  const ended = records.toSorted((a, b) => a.startedAtMs + a.durationMs - (b.startedAtMs + b.durationMs));
  for (let next = 0; next < count; next += 250) {
    // What ingestion knows of records that are not packed yet is gone now and then.
    if (next === 1000) writer.close();
    if (next === 1000) writer = openSqliteLogWriter(file, 200);
    if (next === 1750) await failToCommit(ended.slice(next, next + 250));
    await both(ended.slice(next, next + 250));
  }
  await both(ended.slice(100, 400));
});
afterAll(() => {
  writer.close();
  sqlite.close();
  rmSync(directory, { recursive: true });
});

/** Its positions, which are written last, are not what the table takes. */
async function failToCommit(batch: readonly RequestRecord[]): Promise<void> {
  const broken = { identity: JSON.parse("null"), offset: 0, sequence: 0 };
  const failed = writer.commit(batchOf(batch, { positions: new Map([["g1-w0-1.records", broken]]) }));
  expect(failed).rejects.toThrow("NOT NULL");
  await failed.catch(() => undefined);
}

async function both(batch: readonly RequestRecord[]): Promise<void> {
  const [added, same] = [await writer.commit(batchOf(batch)), await memory.writer.commit(batchOf(batch))];
  expect(added).toEqual(same);
}

test("list() finds by random filters, ranges and page sizes the same records in the same order", async () => {
  for (let round = 0; round < 60; round++) {
    const query = {
      filters: [...randomDimensions(below(3)), ...randomColumns(below(2))],
      order: random() < 0.5 ? "newest" : "oldest",
      limit: 40 + below(200),
      ...(random() < 0.5 && randomRange()),
    } as const;
    const wanted = await everyPage(memory.store, query);
    expect({ query, ids: await everyPage(sqlite, query) }).toEqual({ query, ids: wanted });
  }
});

test("count() of random filters counts the same values and bars", async () => {
  const fields = ["key", "tag", "model", "status", "stream", "finish_reason", "limit_id", "end_user"] as const;
  for (let round = 0; round < 40; round++) {
    const query = {
      filters: [...randomDimensions(below(3)), ...randomColumns(below(2))],
      fields: fields.filter(() => random() < 0.5),
      top: 1 + below(8),
      barMs: pick([0, hourMs, 6 * hourMs]) ?? 0,
      ...(random() < 0.7 && randomRange()),
    };
    const wanted = await memory.store.count(query);
    expect({ query, ...(await sqlite.count(query)) }).toEqual({ query, ...wanted });
  }
});

test("stats() of random questions sums up the same, before and after cubes and corrections", async () => {
  for (let round = 0; round < 80; round++) {
    if (round === 20) expect(await sqlite.sumUp(5)).toBeGreaterThan(0);
    if (round === 40) await correctSome();
    // What is left then is to close the days that are over.
    if (round === 50) expect(await sqlite.sumUp(1000)).toBeGreaterThan(0);
    if (round === 60) while ((await sqlite.sumUp(1000)) > 0);
    const query = randomStats();
    expect({ query, ...plain(await sqlite.stats(query)) }).toEqual({
      query,
      ...plain(await memory.store.stats(query)),
    });
  }
});

test("slotCharges() are the same, also after old periods became one", async () => {
  const rows = async (store: LogStore) => (await store.slotCharges()).map((row) => JSON.stringify(row)).toSorted();
  expect(await rows(sqlite)).toEqual(await rows(memory.store));
  for (const store of [sqlite, memory.store]) await purgeAll(store, { what: "old-charges" });
  expect(await rows(sqlite)).toEqual(await rows(memory.store));
});

test("after a purge the same records are left, and the same sums", async () => {
  for (const store of [sqlite, memory.store])
    await purgeAll(store, { what: "records", beforeMs: fromMs + 20 * hourMs });
  const query = { filters: [], order: "newest", limit: 500 } as const;
  expect(await everyPage(sqlite, query)).toEqual(await everyPage(memory.store, query));
  for (let round = 0; round < 10; round++) {
    const stats = randomStats();
    expect(plain(await sqlite.stats(stats))).toEqual(plain(await memory.store.stats(stats)));
  }
});

async function everyPage(store: LogStore, query: Parameters<LogStore["list"]>[0]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.list({ ...query, ...(after !== undefined && { after }) });
    ids.push(...page.data.map(({ id }) => id));
    after = page.next;
    if (after === undefined) return ids;
  }
}

async function purgeAll(store: LogStore, what: Purge): Promise<void> {
  while ((await store.purge(what, 500)) > 0);
}

async function correctSome(): Promise<void> {
  const corrections = records
    .filter((_, index) => index % 17 === 0)
    .map(({ id, cost }, index) => ({
      id,
      atMs: toMs,
      ...(cost !== undefined && { oldCost: cost }),
      newCost: index * 1_000_003,
      newPriceVersion: "v2",
    }));
  for (const store of [sqlite, memory.store]) await store.correct(corrections);
}

function randomDimensions(most: number): readonly DimensionFilter[] {
  const some = pick(records);
  const all: readonly DimensionFilter[] = [
    { on: "principal", field: "key", anyOf: [some?.keyId ?? "", `name-${below(40)}`] },
    { on: "principal", field: "team", anyOf: [`team-${below(40)}`, `team-${below(40)}`] },
    { on: "principal", field: "tag", anyOf: [`use_case:use-${below(5)}`] },
    { on: "class", field: "model", anyOf: [`model-${below(6)}`, `openai/model-${below(6)}`] },
    { on: "class", field: "status", anyOf: [pick(["200", "5xx", "503"]) ?? ""] },
    { on: "class", field: "outcome", anyOf: [pick(["ok", "cut", "error", "refused"]) ?? ""] },
    { on: "class", field: "stream", anyOf: [pick(["true", "false"]) ?? ""] },
  ];
  return Array.from({ length: most }, () => pick(all)).filter((filter) => filter !== undefined);
}

function randomColumns(most: number): readonly LogFilter[] {
  const some = pick(records);
  const all: readonly LogFilter[] = [
    { on: "word", field: "request_id", anyOf: [some?.requestId ?? "", `label-${below(200)}`] },
    { on: "word", field: "finish_reason", anyOf: ["length"] },
    { on: "word", field: "retried", anyOf: ["true"] },
    { on: "word", field: "limit_id", anyOf: [some?.limits?.[0] ?? "none"] },
    { on: "number", field: "refused", max: 0 },
    { on: "number", field: "cost", min: below(2_000_000) },
    { on: "number", field: "duration_ms", max: below(20_000) },
    { on: "number", field: "tokens", min: below(1000), max: 1000 + below(3000) },
    { on: "text", field: "user_agent", contains: "PYTHON" },
  ];
  return Array.from({ length: most }, () => pick(all)).filter((filter) => filter !== undefined);
}

function randomRange() {
  const start = fromMs + below(60) * hourMs;
  return { fromMs: start, toMs: start + (1 + below(40)) * hourMs + below(3) * 7777 };
}

function randomStats(): StatsQuery {
  const groupings = [[], ["team"], ["model", "outcome"], ["tag:use_case"], ["key", "provider"], ["status"]] as const;
  // So late that facts are not kept any more: then days are all that SQLite tells apart.
  const isLate = random() < 0.3;
  return {
    ...randomRange(),
    nowMs: toMs + (isLate ? 102 * dayMs : 0),
    interval: isLate ? "none" : (pick(["none", "hour", "day"] as const) ?? "none"),
    timeZone: pick(["UTC", "Europe/Berlin"]) ?? "UTC",
    filters: randomDimensions(below(3)),
    groupBy: pick(groupings) ?? [],
    // More than there are groups: which of several that are equal comes last is not said.
    top: 500,
    order: pick(["cost", "refused"] as const) ?? "cost",
    comparePrevious: random() < 0.3,
    percentiles: random() < 0.5,
  };
}

/** An answer with money in one number and groups in an order of their own. */
function plain({ total, previousTotal, series, groups, other, keyNames, read: _, ...range }: StatsAnswer) {
  return {
    ...range,
    keyNames: [...keyNames].toSorted(),
    total: figures(total),
    previousTotal: previousTotal && figures(previousTotal),
    series: points(series),
    other,
    groups: groups
      .map((group) => ({
        values: JSON.stringify(group.values),
        figures: figures(group.figures),
        previous: group.previous && figures(group.previous),
        series: points(group.series),
      }))
      .toSorted((a, b) => (a.values < b.values ? -1 : 1)),
  };
}

function points(series: Series) {
  return pointsOf(series).map(({ atMs, figures: inPoint }) => [atMs, figures(inPoint)]);
}

function figures(row: Figures) {
  const counts = cellSums.flatMap((name, index) => (/Dollars|Nanos/.test(name) ? [] : [[name, row[index]]]));
  const money = (["cost", "raised", "lowered"] as const).map((name) => [name, moneyOf(row, name)]);
  return { ...Object.fromEntries([...counts, ...money]), latencies: Array.from(row.subarray(cellSums.length)) };
}
