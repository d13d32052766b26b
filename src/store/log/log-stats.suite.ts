import { afterAll, beforeAll, expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { type Figures, latencyOf, pointsOf } from "./figures";
import { batchOf, type OpenLog } from "./fixtures/open-log";
import { createRecordSource } from "./fixtures/random-records";
import type { DimensionFilter } from "./log-filter";
import { moneyOf, sumOf } from "./rollup-cell";
import type { Dimension, StatsQuery } from "./stats-query";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fromMs = Date.UTC(2026, 2, 28, 7, 13);
// The clocks of Berlin change within.
const toMs = fromMs + 50 * hourMs;
const count = 5000;
const source = createRecordSource({ seed: 3, keys: 200, models: 9, fromMs, toMs, count });
const records = Array.from({ length: count }, (_, index) => source(index));

const plain: StatsQuery = {
  fromMs: Date.UTC(2026, 2, 28),
  toMs: Date.UTC(2026, 2, 31),
  nowMs: toMs,
  interval: "none",
  timeZone: "UTC",
  filters: [],
  groupBy: [],
  top: 10,
  order: "requests",
  comparePrevious: false,
  percentiles: true,
};

const sum = (all: readonly RequestRecord[], of: (record: RequestRecord) => number | undefined) =>
  all.reduce((total, record) => total + (of(record) ?? 0), 0);

/** What figures must say of these records. */
function expected(all: readonly RequestRecord[]) {
  return {
    requests: all.length,
    errors: all.filter(({ outcome }) => outcome === "error" || outcome === "cut").length,
    unpriced: all.filter(({ usage, cost }) => usage !== undefined && cost === undefined).length,
    input: sum(all, ({ usage }) => usage?.input),
    cacheRead: sum(all, ({ usage }) => usage?.cacheRead),
    output: sum(all, ({ usage }) => usage?.output),
    cost: BigInt(sum(all, ({ cost }) => cost)),
  };
}

function told(sums: Figures) {
  const of = (name: Parameters<typeof sumOf>[1]) => sumOf(sums, name);
  const [requests, errors, unpriced] = [of("requests"), of("errors"), of("unpriced")];
  const [input, cacheRead, output] = [of("input"), of("cacheRead"), of("output")];
  return { requests, errors, unpriced, input, cacheRead, output, cost: moneyOf(sums, "cost") };
}

const between = (from: number, to: number) => records.filter((r) => r.startedAtMs >= from && r.startedAtMs < to);

/** Statistics and sums of charges, for the suite of log stores. */
export function describeStats(open: () => OpenLog): void {
  let log: OpenLog;
  beforeAll(async () => {
    log = open();
    for (let next = 0; next < count; next += 100) await log.writer.commit(batchOf(records.slice(next, next + 100)));
    // A second time: nothing of it may be counted.
    await log.writer.commit(batchOf(records.slice(0, 300)));
  });
  afterAll(() => log.close());

  test("stats() sums up every record once, to the nano-dollar", async () => {
    const answer = await log.store.stats(plain);
    expect(told(answer.total)).toEqual(expected(records));
  });

  test("stats() tells percentiles of durations and first tokens, at most 5 % off", async () => {
    const { total } = await log.store.stats(plain);
    for (const [name, of] of [
      ["duration", (r: RequestRecord) => r.durationMs],
      ["first_token", (r: RequestRecord) => r.firstTokenMs],
    ] as const) {
      const times = records.flatMap((r) => of(r) ?? []).toSorted((a, b) => a - b);
      for (const share of [50, 90, 95, 99] as const) {
        const rank = Math.ceil((times.length * share) / 100);
        const ratio = latencyOf(total, `${name}_p${share}`) / (times[rank - 1] ?? 0);
        expect({ name, share, isNear: ratio > 0.95 && ratio < 1.05 }).toEqual({ name, share, isNear: true });
      }
    }
  });

  test("stats() keeps to a range of minutes", async () => {
    const range = { fromMs: fromMs + 7 * hourMs, toMs: fromMs + 31 * hourMs + 60_000 };
    const answer = await log.store.stats({ ...plain, ...range });
    expect(answer).toMatchObject(range);
    expect(told(answer.total)).toEqual(expected(between(range.fromMs, range.toMs)));
  });

  test("stats() moves an end outwards to the day where facts are kept no more", async () => {
    const nowMs = toMs + 102 * dayMs;
    const range = { fromMs: fromMs + 7 * hourMs, toMs: fromMs + 31 * hourMs };
    const answer = await log.store.stats({ ...plain, ...range, nowMs });
    const days = { fromMs: Math.floor(range.fromMs / dayMs) * dayMs, toMs: Math.ceil(range.toMs / dayMs) * dayMs };
    expect(answer).toMatchObject(days);
    expect(told(answer.total)).toEqual(expected(between(days.fromMs, days.toMs)));
  });

  const filters: readonly (readonly [DimensionFilter, (record: RequestRecord) => boolean])[] = [
    [{ on: "principal", field: "key", anyOf: ["key-2", "name-9"] }, (r) => r.keyId === "key-2" || r.keyId === "key-9"],
    [{ on: "principal", field: "tag", anyOf: ["use_case:use-2"] }, (r) => r.tags?.use_case === "use-2"],
    [{ on: "class", field: "model", anyOf: ["model-4"] }, (r) => r.model === "model-4"],
    [{ on: "class", field: "error_code", anyOf: ["upstream_error"] }, (r) => r.errorCode === "upstream_error"],
  ];
  for (const [filter, isWanted] of filters) {
    test(`stats() filters by ${filter.field}, alone and with the others`, async () => {
      const alone = await log.store.stats({ ...plain, filters: [filter] });
      expect(told(alone.total)).toEqual(expected(records.filter(isWanted)));
      const stream: DimensionFilter = { on: "class", field: "stream", anyOf: ["true"] };
      const both = await log.store.stats({ ...plain, filters: [filter, stream] });
      expect(told(both.total)).toEqual(expected(records.filter((r) => r.stream && isWanted(r))));
    });
  }

  const groupings: readonly (readonly [readonly Dimension[], (record: RequestRecord) => readonly (string | null)[]])[] =
    [
      [["team"], (r) => [r.team ?? null]],
      [["model"], (r) => [r.model ?? null]],
      [["tag:use_case", "outcome"], (r) => [r.tags?.use_case ?? null, r.outcome]],
      [["provider_key", "key"], (r) => [r.providerKey ?? null, r.keyId ?? null]],
      [["status", "stream"], (r) => [String(r.status), String(r.stream)]],
    ];
  for (const [groupBy, groupOf] of groupings) {
    test(`stats() groups by ${groupBy.join(" and ")}: the top ones and the others`, async () => {
      const answer = await log.store.stats({ ...plain, groupBy, top: 4, order: "cost", interval: "hour" });
      const groups = Map.groupBy(records, (record) => JSON.stringify(groupOf(record)));
      const wanted = [...groups].map(([name, all]) => ({ name, all, cost: sum(all, (r) => r.cost) }));
      wanted.sort((a, b) => b.cost - a.cost);
      expect(answer.groups.map(({ figures }) => moneyOf(figures, "cost"))).toEqual(
        wanted.slice(0, 4).map(({ cost }) => BigInt(cost)),
      );
      for (const { values, figures, series } of answer.groups) {
        const all = groups.get(JSON.stringify(values)) ?? [];
        expect(told(figures)).toEqual(expected(all));
        for (const point of pointsOf(series)) {
          const inPoint = all.filter((r) => Math.floor(r.startedAtMs / hourMs) * hourMs === point.atMs);
          expect(told(point.figures)).toEqual(expected(inPoint));
        }
      }
      const left = wanted.slice(4);
      expect(answer.other?.groups ?? 0).toBe(left.length);
      const others = answer.other === undefined ? [] : [told(answer.other.figures)];
      expect(others).toEqual(left.length === 0 ? [] : [expected(left.flatMap(({ all }) => all))]);
      expect(told(answer.total)).toEqual(expected(records));
    });

    test(`stats() groups by ${groupBy.join(" and ")} from roll-ups as from facts`, async () => {
      const query: StatsQuery = { ...plain, groupBy, top: 4, order: "cost", interval: "day" };
      const rolledUp = await log.store.stats({ ...query, nowMs: toMs + 103 * dayMs });
      const { read: _, ...summedUp } = await log.store.stats(query);
      expect(rolledUp).toMatchObject(summedUp);
    });
  }

  test("stats() gives a series by day in a zone whose clocks change", async () => {
    const answer = await log.store.stats({ ...plain, interval: "day", timeZone: "Europe/Berlin" });
    const days = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Berlin" });
    const byDay = Map.groupBy(records, (r) => days.format(r.startedAtMs));
    expect(pointsOf(answer.series).map(({ atMs }) => days.format(atMs))).toEqual([...byDay.keys()]);
    expect(pointsOf(answer.series).map(({ figures }) => told(figures))).toEqual([...byDay.values()].map(expected));
    expect(pointsOf(answer.series).map(({ atMs }) => new Date(atMs).toISOString())).toEqual([
      "2026-03-27T23:00:00.000Z",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
  });

  test("stats() compares with the range before", async () => {
    const range = { fromMs: Date.UTC(2026, 2, 29), toMs: Date.UTC(2026, 2, 30) };
    const answer = await log.store.stats({ ...plain, ...range, comparePrevious: true, groupBy: ["provider"] });
    const before = between(range.fromMs - dayMs, range.fromMs);
    expect(answer.previousTotal && told(answer.previousTotal)).toEqual(expected(before));
    for (const { values, previous } of answer.groups) {
      expect(previous && told(previous)).toEqual(expected(before.filter((r) => r.provider === values[0])));
    }
  });

  test("stats() keeps corrections beside the cost, and the last one of a record counts", async () => {
    const [first, second] = [records[10], records[11]];
    if (first === undefined || second === undefined) throw new Error("There are no records");
    const correct = (record: RequestRecord, newCost: number) =>
      log.store.correct([
        {
          id: record.id,
          atMs: toMs,
          ...(record.cost !== undefined && { oldCost: record.cost }),
          newCost,
          newPriceVersion: "v",
        },
      ]);
    await correct(first, 5_000_000_000_000_000);
    await correct(first, 7);
    await correct(second, 9);
    const { total } = await log.store.stats({ ...plain, percentiles: false });
    const cost = moneyOf(total, "cost");
    expect(cost).toBe(expected(records).cost);
    const difference = 7 - (first.cost ?? 0) + 9 - (second.cost ?? 0);
    expect(moneyOf(total, "raised") - moneyOf(total, "lowered")).toBe(BigInt(difference));
    expect((await log.store.get(first.id))?.correction).toMatchObject({ newCost: 7, newPriceVersion: "v" });
    expect((await log.store.get(first.id))?.record).toEqual(first);
  });

  test("slotCharges() adds up what records charge, and keeps the sum when old periods become one", async () => {
    const totals = (rows: readonly { slot: number; tag: number; charged: number }[]) => {
      const sums = new Map<string, number>();
      for (const { slot, tag, charged } of rows)
        sums.set(`${slot}:${tag}`, (sums.get(`${slot}:${tag}`) ?? 0) + charged);
      return new Map([...sums].sort());
    };
    const charges = records.flatMap((r) => r.charges.map(({ slot, tag, amount }) => ({ slot, tag, charged: amount })));
    const wanted = totals(charges);
    expect(totals(await log.store.slotCharges())).toEqual(wanted);
    const periods = [1, 2, 3, 4, 5, 6].map((period) => ({ slot: 77_777, tag: 1, period, amount: 10 ** period }));
    await log.writer.commit(batchOf([{ ...source(count + 1), charges: periods }]));
    expect(await log.store.purge({ what: "old-charges" }, 500)).toBe(2);
    const rows = (await log.store.slotCharges()).filter(({ slot }) => slot === 77_777);
    expect(rows.map(({ period, charged }) => [period, charged])).toEqual([
      [3, 1110],
      [4, 10_000],
      [5, 100_000],
      [6, 1_000_000],
    ]);
    expect(await log.store.purge({ what: "old-charges" }, 500)).toBe(0);
  });
}
