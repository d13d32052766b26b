import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { type Figures, pointsOf, type Series } from "../../figures";
import { batchOf } from "../../fixtures/open-log";
import { createRecordSource } from "../../fixtures/random-records";
import type { LogStore, LogWriter } from "../../log-store";
import { createMemoryLog } from "../../memory/memory-log";
import { cellSums, moneyOf, sumOf } from "../../rollup-cell";
import type { StatsAnswer, StatsQuery } from "../../stats-query";
import { dayMs, hourMs } from "../../time-buckets";
import { openSqliteLogStore } from "../sqlite-log-store";
import { openSqliteLogWriter } from "../sqlite-log-writer";

const fromMs = Date.UTC(2026, 2, 1);
const toMs = fromMs + 8 * dayMs;
const count = 6000;
const source = createRecordSource({ seed: 3, keys: 30, models: 5, fromMs, toMs, count });
/** In the middle of a day another tag comes up. */
const records = Array.from({ length: count }, (_, index): RequestRecord => {
  const record = source(index);
  return index > 3010 && index % 3 === 0 ? { ...record, tags: { ...record.tags, late: `t${index % 2}` } } : record;
});

const directory = mkdtempSync(join(tmpdir(), "headgate-cubes-"));
const memory = createMemoryLog();
let writer: LogWriter;
let store: LogStore;
beforeAll(async () => {
  writer = openSqliteLogWriter(join(directory, "logs.sqlite"), 200);
  store = openSqliteLogStore(join(directory, "logs.sqlite"));
  // Summed up as it comes, until shortly before the end.
  for (let next = 0; next < count; next += 500) {
    for (const log of [writer, memory.writer]) await log.commit(batchOf(records.slice(next, next + 500)));
    if (next < 5000) await store.sumUp(3);
  }
  while ((await store.sumUp(3)) > 0);
});
afterAll(() => {
  writer.close();
  store.close();
  rmSync(directory, { recursive: true });
});

const plain: StatsQuery = {
  fromMs: fromMs + 3 * hourMs + 60_000 * 17,
  toMs: toMs - 60_000 * 5,
  nowMs: toMs,
  interval: "hour",
  timeZone: "UTC",
  filters: [],
  groupBy: [],
  top: 3,
  order: "cost",
  comparePrevious: false,
  percentiles: true,
};

/** How often an hour of UTC belongs to two days: it is read from facts. */
function halfHours({ timeZone }: StatsQuery): number {
  return timeZone.startsWith("Asia/") ? 8 : 0;
}

function shown({ total, previousTotal, series, groups, other }: StatsAnswer) {
  const figures = (row: Figures) => [
    sumOf(row, "requests"),
    sumOf(row, "output"),
    String(moneyOf(row, "cost")),
    row.subarray(cellSums.length).join(),
  ];
  const points = (all: Series) => pointsOf(all).map((point) => [point.atMs, ...figures(point.figures)]);
  return {
    total: figures(total),
    previous: previousTotal && figures(previousTotal),
    series: points(series),
    groups: groups.map((group) => [group.values, figures(group.figures), points(group.series)]),
    other: other && [other.groups, figures(other.figures), points(other.series)],
  };
}

const questions: readonly Partial<StatsQuery>[] = [
  {},
  { groupBy: ["model"] },
  { groupBy: ["key"] },
  { groupBy: ["team", "model"], interval: "day" },
  { groupBy: ["key", "outcome"], interval: "none" },
  { groupBy: ["customer", "team"] },
  { groupBy: ["tag:use_case"], interval: "day", timeZone: "Europe/Berlin" },
  { groupBy: ["model"], interval: "day", timeZone: "Asia/Kolkata" },
  { groupBy: ["key"], interval: "day", timeZone: "Asia/Kathmandu", comparePrevious: true, fromMs: fromMs + 5 * dayMs },
  { groupBy: ["tag:late"] },
  { groupBy: ["tag:late", "model"], interval: "day" },
  { groupBy: ["model"], filters: [{ on: "principal", field: "tag", anyOf: ["late:t1"] }] },
  { groupBy: ["provider", "status"], filters: [{ on: "class", field: "endpoint", anyOf: ["embeddings"] }] },
  { groupBy: ["model"], filters: [{ on: "principal", field: "key", anyOf: ["key-1", "name-4"] }] },
];

for (const [index, question] of questions.entries()) {
  test(`stats() of question ${index} reads cubes, and sums up what reading each record does`, async () => {
    const query = { ...plain, ...question };
    const answer = await store.stats(query);
    expect(shown(answer)).toEqual(shown(await memory.store.stats(query)));
    // The hours at both ends of the range, and what is not packed, are all that is read of facts: twice, for the groups.
    expect(answer.read.rows).toBeGreaterThan(0);
    expect(answer.read.packs).toBeLessThanOrEqual(12 + halfHours(query));
    expect(answer.isApproximate).toBeUndefined();
  });
}

test("stats() reads a row of a cube for each hour, or each day and the hours at both ends, and block", async () => {
  const byHour = await store.stats({ ...plain, fromMs, toMs });
  // A row for each day that is over, and for each hour of the last.
  expect(byHour.read.rows).toBeLessThanOrEqual(7 + 24);
  expect(byHour.read.rows).toBeGreaterThan(7);
  const byDay = await store.stats({ ...plain, fromMs: fromMs + 3 * hourMs, toMs: toMs - 2 * hourMs, interval: "day" });
  expect(byDay.read.rows).toBeLessThanOrEqual(6 + 21 + 22);
});

test("stats() by the hour of a few groups reads the rows of days that are over in which they stand", async () => {
  const range = { fromMs, toMs: fromMs + 7 * dayMs };
  // First which they are, by whole days: of each a row. Then of each the row of all, and at most one for each group.
  const byTeam = await store.stats({ ...plain, ...range, groupBy: ["team"] });
  expect(byTeam.read.rows).toBeLessThanOrEqual(7 * (1 + 1 + 3));
  const ofKey = await store.stats({
    ...plain,
    ...range,
    groupBy: ["model"],
    filters: [{ on: "principal", field: "key", anyOf: ["key-1"] }],
  });
  expect(ofKey.read.rows).toBeLessThanOrEqual(7 * (2 + 2 + 2));
});

test("stats() by what no cube tells apart reads facts", async () => {
  const query: StatsQuery = { ...plain, groupBy: ["asked_model"] };
  const answer = await store.stats(query);
  expect(answer.read).toMatchObject({ rows: 0 });
  expect(shown(answer)).toEqual(shown(await memory.store.stats(query)));
});

test("a record that comes when its day was closed long ago is added to its hour, and the day closed again", async () => {
  const late = records
    .slice(0, 400)
    .map((record): RequestRecord => ({ ...record, id: `${record.id.slice(0, 20)}${"e".repeat(12)}` }));
  const query: StatsQuery = { ...plain, fromMs, toMs, groupBy: ["team", "model"] };
  const before = (await store.stats(query)).read.rows;
  for (const log of [writer, memory.writer]) await log.commit(batchOf(late));
  expect(await store.sumUp(0)).toBeGreaterThan(0);
  expect(shown(await store.stats(query))).toEqual(shown(await memory.store.stats(query)));
  // Summed up, but still hour by hour.
  while ((await store.sumUp(1)) !== 16);
  expect((await store.stats(query)).read.rows).toBeGreaterThan(before);
  expect(shown(await store.stats(query))).toEqual(shown(await memory.store.stats(query)));
  while ((await store.sumUp(3)) > 0);
  expect((await store.stats(query)).read.rows).toBeLessThanOrEqual(before);
  expect(shown(await store.stats(query))).toEqual(shown(await memory.store.stats(query)));
});

test("cubes are gone with the facts that they are sums of", async () => {
  const gone = { what: "records", beforeMs: toMs + dayMs } as const;
  while ((await store.purge(gone, 500)) > 0);
  await store.sumUp(1000);
  while ((await store.purge({ what: "facts", beforeMs: toMs + dayMs }, 500)) > 0);
  const answer = await store.stats({ ...plain, fromMs, toMs });
  expect(answer.read.rows).toBe(0);
  // Another pack may get the number of one that is gone.
  await writer.commit(batchOf(records.slice(0, 300).map((record) => ({ ...record, id: `f${record.id.slice(1)}` }))));
  expect(await store.sumUp(0)).toBeGreaterThan(0);
});

test("stats() of the largest groups by the hour reads the first of an hour's blocks alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "headgate-dense-"));
  const [into, from] = [openSqliteLogWriter(join(folder, "l"), 200), openSqliteLogStore(join(folder, "l"))];
  // In each of 4 hours 1,100 models, the first three of them ten times as often as the others.
  const dense = Array.from({ length: 4 * 1130 }, (_, index): RequestRecord => {
    const [hour, inHour] = [Math.floor(index / 1130), index % 1130];
    const model = inHour < 30 ? inHour % 3 : inHour - 30;
    const startedAtMs = fromMs + hour * hourMs + inHour;
    const id = startedAtMs.toString(16).padStart(12, "0") + index.toString(16).padStart(20, "0");
    return { ...source(0), id, startedAtMs, model: `m${model}`, provider: "p" };
  });
  for (let next = 0; next < dense.length; next += 1000) await into.commit(batchOf(dense.slice(next, next + 1000)));
  while ((await from.purge({ what: "records", beforeMs: fromMs + dayMs }, 500)) > 0);
  while ((await from.sumUp(4)) > 0);
  const query: StatsQuery = { ...plain, fromMs, toMs: fromMs + dayMs, groupBy: ["model"], order: "requests" };
  const answer = await from.stats(query);
  const told = answer.groups.map(({ values, figures }) => [values[0], sumOf(figures, "requests")]);
  expect(told.sort()).toEqual([
    ["m0", 44],
    ["m1", 44],
    ["m2", 44],
  ]);
  expect(sumOf(answer.total, "requests")).toBe(dense.length);
  expect(answer.other?.figures && sumOf(answer.other.figures, "requests")).toBe(dense.length - 3 * 44);
  // Five blocks of a day, and one of each hour.
  expect(answer.read.rows).toBe(5 + 4);
  expect(answer.isApproximate).toBeUndefined();
  into.close();
  from.close();
  rmSync(folder, { recursive: true });
}, 240_000);
