import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { LogFilter } from "#store/log/log-filter";
import type { LogQuery, LogStore } from "#store/log/log-store";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import type { StatsQuery } from "#store/log/stats-query";
import { seedLogs } from "./seed-logs.ts";

/**
 * How fast do records go in, and how long do lists, filters and statistics take over ten million of thirty days? Prints
 * one table. Records are always as dense as that: `--days 6` are two million. One day is written as ingestion writes it, the
 * others are copies of it (`seed-logs.ts`), which takes three minutes for all. Rows that begin with `page` are what the dashboard asks for,
 * over ranges that end now; the last lines have the percentiles of each kind of question together. What a query needs is read from memory first
 * (CPU: milliseconds each, what a busy machine cannot blur), then from the disk: the file is taken out of the page cache, the
 * store opened anew. `--directory /tmp --keep`, later `--database FILE --days N`; `--only stats` for rows that are so named.
 */

const { values: flags } = parseArgs({
  options: {
    days: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    directory: { type: "string", default: tmpdir() },
    /** A database that an earlier run kept. */
    database: { type: "string" },
    keep: { type: "boolean", default: false },
    "warm-rounds": { type: "string", default: "20" },
    "cold-rounds": { type: "string", default: "6" },
  },
});

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const perDay = 333_333;
const days = Number(flags.days);
const fromMs = Date.UTC(2026, 5, 1);
const toMs = fromMs + days * dayMs;
const count = days * perDay;
const lengthMs = toMs - fromMs;
/** Milliseconds of each question, of pages, statistics and lists apart. */
const ofKinds = new Map<string, { readonly [name in "cpu" | "warm" | "cold"]: number[] }>();
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
  for (const [name, query] of [...lists(), ...statistics(), ...pages()])
    if (name.includes(flags.only)) await measure(name, query);
  for (const [kind, { cpu, warm, cold }] of ofKinds)
    print(
      `\n${cpu.length} of ${kind}: CPU p50 ${at(cpu, 0.5)}, p95 ${at(cpu, 0.95)}; warm p95 ${at(warm, 0.95)}; cold p95 ${at(cold, 0.95)} ms`,
    );
  print(`load ${loadavg()[0]}`);
} finally {
  if (directory !== undefined && !flags.keep) rmSync(directory, { recursive: true });
  else print(`kept ${file}`);
}

async function fill(): Promise<void> {
  const { ingestUs, cubeUs } = await seedLogs(file, { fromMs, days, perDay });
  row("ingest", `${ingestUs.toFixed(1)} CPU-µs`, `a record; ${cubeUs.toFixed(1)} for the cubes, in the background`);
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
      const { total, groups, read } = await store.stats({ ...plain, ...anyRange(ms), ...rest });
      return `${total[0]} requests, ${groups.length} groups; ${read.packs} packs, ${read.rows} rows`;
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
    ...each("30 days", 30 * dayMs, "hour"),
    ...each("30 days", 30 * dayMs, "day"),
    ["stats of 7 days by hour, by key", sums(7 * dayMs, { interval: "hour", groupBy: ["key"] })],
    ["stats of 7 days by hour, by key and outcome", sums(7 * dayMs, { interval: "hour", groupBy: ["key", "outcome"] })],
    ["stats of 30 days by hour, by key", sums(30 * dayMs, { interval: "hour", groupBy: ["key"] })],
    [
      "stats of 30 days by hour, by model and outcome",
      sums(30 * dayMs, { interval: "hour", groupBy: ["model", "outcome"] }),
    ],
    ["stats of 30 days by day, by key and model", sums(30 * dayMs, { interval: "day", groupBy: ["key", "model"] })],
    ["stats of 30 days by hour, by tag", sums(30 * dayMs, { interval: "hour", groupBy: ["tag:use_case"] })],
    [
      "stats of 7 days by hour, by model and outcome",
      sums(7 * dayMs, { interval: "hour", groupBy: ["model", "outcome"] }),
    ],
    ["stats of 15 days by provider, compared", sums(15 * dayMs, { comparePrevious: true, groupBy: ["provider"] })],
  ];
}

/** What the pages ask for: the overview, its top lists, providers, keys, a key, a team. */
function pages(): Named {
  const plain = { nowMs: toMs, timeZone: "UTC", filters: [], groupBy: [], percentiles: true } as const;
  const page = { ...plain, top: 10, order: "cost", comparePrevious: false } as const;
  const ranges = { "an hour": hourMs, "24 hours": dayMs, "7 days": 7 * dayMs, "30 days": 30 * dayMs };
  const ids = Array.from({ length: 50 }, (_, index) => `key-${index}`);
  const fields = ["model", "provider", "key", "team", "customer"] as const;
  return Object.entries(ranges).flatMap(([of, ms]): Named => {
    // As the API chooses it.
    const interval = ms <= 3 * hourMs ? "minute" : ms <= 7 * dayMs ? "hour" : "day";
    const ask = (what: string, rest: Partial<StatsQuery>): Named[number] => [
      `page: ${what} of ${of}`,
      async (store) => {
        const range = { fromMs: toMs - ms - 1234, toMs: toMs - 1234 };
        const { total, read } = await store.stats({ ...page, interval, ...range, ...rest });
        return `${total[0]} requests; ${read.packs} packs, ${read.rows} rows`;
      },
    ];
    return [
      ask("figures, compared", { comparePrevious: true, order: "requests" }),
      ask("refusals", { groupBy: ["error_code"], order: "refused", top: 4, interval: "none" }),
      ...fields.map((field) => ask(`chart by ${field}`, { groupBy: [field], top: 8 })),
      ...fields.map((field) => ask(`top list by ${field}`, { groupBy: [field], interval: "none" })),
      ask("providers", { groupBy: ["provider"], order: "requests", top: 100 }),
      ask("spend of 50 keys", {
        groupBy: ["key"],
        filters: [{ on: "principal", field: "key", anyOf: ids }],
        interval: "none",
        top: 50,
        order: "requests",
      }),
      ask("a key by model", {
        groupBy: ["model"],
        filters: [{ on: "principal", field: "key", anyOf: ["key-3"] }],
        top: 5,
      }),
      ask("a team by key", {
        groupBy: ["key"],
        filters: [{ on: "principal", field: "team", anyOf: ["team-3"] }],
        top: 5,
      }),
    ];
  });
}

async function measure(name: string, query: Query): Promise<void> {
  const [cpu, warm, cold]: [number[], number[], number[]] = [[], [], []];
  let detail = "";
  const run = async (store: LogStore, times: number[]) => {
    const cpuBefore = process.cpuUsage();
    times.push(
      await timed(async () => {
        detail = await query(store);
      }),
    );
    const { user, system } = process.cpuUsage(cpuBefore);
    if (times === warm) cpu.push((user + system) / 1000);
  };
  const store = openSqliteLogStore(file);
  await run(store, []);
  for (let round = 0; round < rounds.warm; round++) await run(store, warm);
  store.close();
  for (let round = 0; round < rounds.cold; round++) {
    evict();
    const fresh = openSqliteLogStore(file);
    await run(fresh, cold);
    fresh.close();
  }
  const kind = name.slice(0, name.indexOf(" "));
  const all = ofKinds.get(kind) ?? { cpu: [], warm: [], cold: [] };
  ofKinds.set(kind, all);
  all.cpu.push(...cpu);
  all.warm.push(...warm);
  all.cold.push(...cold);
  const shown = [
    (cpu.reduce((sum, ms) => sum + ms, 0) / cpu.length).toFixed(1).padStart(10),
    at(warm, 0.5).padStart(9),
    at(warm, 0.95).padStart(9),
    at(cold, 0.5).padStart(10),
    at(cold, 0.95).padStart(9),
  ];
  print(`${name.padEnd(52)}${shown.join("")}  ${detail}`);
}

function at(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(1);
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
