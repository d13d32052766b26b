import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import { createRecordSource } from "#store/log/fixtures/random-records";
import type { LogFilter } from "#store/log/log-filter";
import type { LogQuery, LogStore } from "#store/log/log-store";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import type { StatsQuery } from "#store/log/stats-query";

/**
 * How fast do records go in, and how long do lists, filters and statistics take over ten million of thirty days? Prints
 * one table. Records are always as dense as that: `--records 2000000` are those of the first six days. What a query needs
 * is read from memory first (CPU: milliseconds each, what a busy machine cannot blur), then from the disk: the file is taken out of the page cache, the store opened anew.
 * `--directory /tmp --keep`, later `--database FILE --records N`.
 */

const { values: flags } = parseArgs({
  options: {
    records: { type: "string", default: "1000000" },
    directory: { type: "string", default: tmpdir() },
    /** A database that an earlier run kept. */
    database: { type: "string" },
    keep: { type: "boolean", default: false },
    "warm-rounds": { type: "string", default: "20" },
    "cold-rounds": { type: "string", default: "6" },
  },
});

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const dense = { count: 10_000_000, days: 30 };
const endMs = Date.UTC(2026, 5, 30, 12, 34);
const fromMs = endMs - dense.days * dayMs;
const count = Number(flags.records);
const toMs = fromMs + Math.floor((dense.days * dayMs * count) / dense.count);
const lengthMs = toMs - fromMs;
const rounds = { warm: Number(flags["warm-rounds"]), cold: Number(flags["cold-rounds"]) };

const directory = flags.database === undefined ? mkdtempSync(join(flags.directory, "headgate-logs-")) : undefined;
const file = flags.database ?? join(directory ?? "", "logs.sqlite");

try {
  print(`${count} records of ${(lengthMs / dayMs).toFixed(1)} days, 2,000 keys, 30 models; load ${loadavg()[0]}`);
  if (flags.database === undefined) await fill();
  const bytes = statSync(file).size;
  row("size", `${(bytes / 1e6).toFixed(0)} MB`, `${Math.round(bytes / count)} bytes a record`);
  await ready();
  print(
    `\n${"".padEnd(52)}${"warm CPU".padStart(10)}${"p50".padStart(9)}${"p95".padStart(9)}${"cold p50".padStart(10)}${"p95, ms".padStart(9)}`,
  );
  for (const [name, query] of [...lists(), ...statistics()]) await measure(name, query);
  print(`load ${loadavg()[0]}`);
} finally {
  if (directory !== undefined && !flags.keep) rmSync(directory, { recursive: true });
  else print(`kept ${file}`);
}

async function fill(): Promise<void> {
  const source = createRecordSource({ seed: 1, keys: 2000, models: 30, fromMs, toMs: endMs, count: dense.count });
  const writer = openSqliteLogWriter(file);
  let [ms, cpuUs, slowest] = [0, 0, 0];
  for (let next = 0; next < count; ) {
    const records = Array.from({ length: Math.min(1000, count - next) }, (_, step) => {
      const record = source(next + step);
      return { record, bytes: bytesOfRecord(record) };
    });
    const cpu = process.cpuUsage();
    const spentMs = await timed(() => writer.commit({ records, positions: new Map() }));
    const used = process.cpuUsage(cpu);
    [ms, cpuUs, slowest] = [ms + spentMs, cpuUs + used.user + used.system, Math.max(slowest, spentMs)];
    next += records.length;
    if (next % 500_000 === 0) print(`  ${next}: ${Math.round((next / ms) * 1000)}/s`);
  }
  writer.close();
  const detail = `${(cpuUs / count).toFixed(1)} CPU-µs a record, slowest 1,000: ${slowest.toFixed(0)} ms`;
  row("ingest", `${Math.round((count / ms) * 1000)}/s`, detail);
}

/** What a control plane that starts waits for, and its first page, from the disk. */
async function ready(): Promise<void> {
  evict();
  const openMs = await timed(async () => openSqliteLogStore(file).close());
  const store = openSqliteLogStore(file);
  const firstMs = await timed(() => store.list({ limit: 100 }));
  store.close();
  row(
    "ready, cold",
    `${(openMs + firstMs).toFixed(0)} ms`,
    `open ${openMs.toFixed(0)}, first page ${firstMs.toFixed(0)}`,
  );
}

type Query = (store: LogStore) => Promise<string>;
type Named = readonly (readonly [string, Query])[];

/** Ranges lie anywhere, to the minute. */
function anyRange(ofMs: number): { readonly fromMs: number; readonly toMs: number } {
  const start = fromMs + Math.floor((Math.random() * Math.max(0, lengthMs - ofMs)) / minuteMs) * minuteMs;
  return { fromMs: start, toMs: Math.min(toMs, start + ofMs) };
}

function lists(): Named {
  const any = (most: number) => Math.floor(most * Math.random());
  const filters: { readonly [name: string]: () => readonly LogFilter[] } = {
    none: () => [],
    key: () => [{ on: "principal", field: "key", anyOf: [`key-${any(30)}`] }],
    "rare key": () => [{ on: "principal", field: "key", anyOf: [`key-${1000 + any(999)}`] }],
    team: () => [{ on: "principal", field: "team", anyOf: [`team-${1 + any(9)}`] }],
    model: () => [{ on: "class", field: "model", anyOf: [`model-${any(30)}`] }],
    "status 5xx": () => [{ on: "class", field: "status", anyOf: ["5xx"] }],
    "team, model, 5xx": () => [
      { on: "principal", field: "team", anyOf: [`team-${1 + any(9)}`] },
      { on: "class", field: "model", anyOf: [`model-${any(30)}`] },
      { on: "class", field: "status", anyOf: ["5xx"] },
    ],
    "duration ≥ 59.999 s": () => [{ on: "number", field: "duration_ms", min: 59_999 }],
    "cost ≥ $0.00499": () => [{ on: "number", field: "cost", min: 4_990_000 }],
    "sdk that never was": () => [{ on: "text", field: "sdk", contains: "nowhere" }],
    "request id": () => [{ on: "word", field: "request_id", anyOf: [`label-${any(200)}`] }],
    "limit id": () => [{ on: "word", field: "limit_id", anyOf: [`key:key-${any(2000)}/budget`] }],
  };
  const named = Object.entries(filters);
  const page =
    (query: () => LogQuery): Query =>
    async (store) => {
      const { data, partial } = await store.list(query());
      return `${data.length} found${partial === true ? ", partial" : ""}`;
    };
  const over = (of: string, ms: number, names: readonly string[]): Named =>
    named
      .filter(([name]) => names.includes(name))
      .map(([name, make]) => [
        `list of ${of}: ${name}`,
        page(() => ({ ...anyRange(ms), filters: make(), limit: 100 })),
      ]);
  const all = named.map(([name]) => name);
  return [
    ...over("an hour", hourMs, ["none", "key", "sdk that never was"]),
    ...over("a day", dayMs, all),
    ...over("7 days", 7 * dayMs, ["none", "rare key", "team, model, 5xx", "sdk that never was", "limit id"]),
    ...over("30 days", 30 * dayMs, ["rare key", "sdk that never was"]),
  ];
}

function statistics(): Named {
  const plain: Omit<StatsQuery, "fromMs" | "toMs"> = {
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
  const key: StatsQuery["filters"] = [{ on: "principal", field: "key", anyOf: ["key-3"] }];
  const sums =
    (ms: number, rest: Partial<StatsQuery>): Query =>
    async (store) => {
      const { total, groups } = await store.stats({ ...plain, ...anyRange(ms), ...rest });
      return `${total.sums[0]} requests, ${groups.length} groups`;
    };
  const each = (of: string, ms: number, interval: StatsQuery["interval"]): Named => [
    [`stats of ${of} by ${interval}`, sums(ms, { interval })],
    [`stats of ${of} by ${interval}, by model`, sums(ms, { interval, groupBy: ["model"] })],
    [`stats of ${of} by ${interval}, by team`, sums(ms, { interval, groupBy: ["team"] })],
    [`stats of ${of} by ${interval}, by team and model`, sums(ms, { interval, groupBy: ["team", "model"] })],
    [`stats of ${of} by ${interval}, of a key by model`, sums(ms, { interval, filters: key, groupBy: ["model"] })],
  ];
  return [
    ...each("an hour", hourMs, "minute"),
    ...each("a day", dayMs, "hour"),
    ...each("7 days", 7 * dayMs, "hour"),
    ...each("7 days", 7 * dayMs, "day"),
    ...each("30 days", 30 * dayMs, "day"),
    ["stats of 15 days by provider, compared", sums(15 * dayMs, { comparePrevious: true, groupBy: ["provider"] })],
  ];
}

async function measure(name: string, query: Query): Promise<void> {
  const [warm, cold]: [number[], number[]] = [[], []];
  let detail = "";
  const run = (store: LogStore, times: number[]) =>
    timed(async () => {
      detail = await query(store);
    }).then((ms) => times.push(ms));
  const store = openSqliteLogStore(file);
  await run(store, []);
  const cpu = process.cpuUsage();
  for (let round = 0; round < rounds.warm; round++) await run(store, warm);
  const { user, system } = process.cpuUsage(cpu);
  store.close();
  for (let round = 0; round < rounds.cold; round++) {
    evict();
    const fresh = openSqliteLogStore(file);
    await run(fresh, cold);
    fresh.close();
  }
  const at = (times: number[], share: number) => {
    const sorted = times.toSorted((a, b) => a - b);
    return (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(1);
  };
  const shown = [
    ((user + system) / 1000 / rounds.warm).toFixed(1).padStart(10),
    at(warm, 0.5).padStart(9),
    at(warm, 0.95).padStart(9),
    at(cold, 0.5).padStart(10),
    at(cold, 0.95).padStart(9),
  ];
  print(`${name.padEnd(52)}${shown.join("")}  ${detail}`);
}

/** Out of the page cache, as far as the kernel does what it is asked. */
function evict(): void {
  execFileSync("dd", [`if=${file}`, "iflag=nocache", "count=0"], { stdio: "ignore" });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function row(name: string, value: string, detail: string): void {
  print(`${name.padEnd(20)}${value.padStart(14)}  ${detail}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
