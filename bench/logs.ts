import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRecordSource } from "#store/log/fixtures/random-records";
import type { LogFilter } from "#store/log/log-filter";
import type { LogQuery, LogStore } from "#store/log/log-store";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";
import type { StatsQuery } from "#store/log/stats-query";

/**
 * How long do lists, filters and statistics take over many records of 30 days, 2,000 keys and 30 models, and how fast do
 * such records go in? Prints one table. `--records 10000000 --directory /tmp --keep`
 */

const { values: flags } = parseArgs({
  options: {
    records: { type: "string", default: "1000000" },
    directory: { type: "string", default: tmpdir() },
    /** A database that an earlier run kept. */
    database: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const toMs = Date.UTC(2026, 5, 30, 12, 34);
const fromMs = toMs - 30 * dayMs;
const count = Number(flags.records);
const rounds = 20;

const directory = flags.database === undefined ? mkdtempSync(join(flags.directory, "headgate-logs-")) : undefined;
const file = flags.database ?? join(directory ?? "", "logs.sqlite");

try {
  print(`${count} records of 30 days, 2,000 keys, 30 models`);
  if (flags.database === undefined) await fill();
  const openMs = await timed(async () => openSqliteLogStore(file).close());
  row("open", `${openMs.toFixed(1)} ms`, "");
  const store = openSqliteLogStore(file);
  await queries(store);
  store.close();
} finally {
  if (directory !== undefined && !flags.keep) rmSync(directory, { recursive: true });
  else print(`kept ${file}`);
}

async function fill(): Promise<void> {
  const source = createRecordSource({ seed: 1, keys: 2000, models: 30, fromMs, toMs, count });
  const writer = openSqliteLogWriter(file);
  let [ms, cpuUs, slowest] = [0, 0, 0];
  for (let next = 0; next < count; ) {
    const records = Array.from({ length: Math.min(1000, count - next) }, (_, step) => {
      const record = source(next + step);
      return { record, json: JSON.stringify(record) };
    });
    const cpu = process.cpuUsage();
    const spentMs = await timed(() => writer.commit({ records, contents: [], positions: new Map() }));
    const used = process.cpuUsage(cpu);
    [ms, cpuUs, slowest] = [ms + spentMs, cpuUs + used.user + used.system, Math.max(slowest, spentMs)];
    next += records.length;
    if (next % 1_000_000 === 0) print(`  ${next}: ${Math.round((next / ms) * 1000)}/s`);
  }
  writer.close();
  const detail = `${(cpuUs / count).toFixed(1)} CPU-µs each, slowest 1,000: ${slowest.toFixed(0)} ms`;
  row("ingest", `${Math.round((count / ms) * 1000)}/s`, detail);
  row(
    "database",
    `${(statSync(file).size / 1e6).toFixed(0)} MB`,
    `${Math.round(statSync(file).size / count)} bytes each`,
  );
}

async function queries(store: LogStore): Promise<void> {
  const key: LogFilter = { on: "principal", field: "key", anyOf: ["key-3"] };
  const rareKey: LogFilter = { on: "principal", field: "key", anyOf: ["key-1777"] };
  const team: LogFilter = { on: "principal", field: "team", anyOf: ["team-7"] };
  const model: LogFilter = { on: "kind", field: "model", anyOf: ["model-11"] };
  const errors: LogFilter = { on: "kind", field: "status", anyOf: ["5xx"] };
  const slow: LogFilter = { on: "number", field: "duration_ms", min: 59_999 };
  const sdk: LogFilter = { on: "text", field: "sdk", contains: "nowhere" };
  const label: LogFilter = { on: "word", field: "request_id", anyOf: ["label-7"] };
  const limit: LogFilter = { on: "word", field: "limit_id", anyOf: ["key:key-1777/budget"] };
  const day = () => {
    const end = toMs - Math.floor(Math.random() * 25) * dayMs;
    return { fromMs: end - dayMs, toMs: end };
  };
  const lists: readonly (readonly [string, readonly LogFilter[]])[] = [
    ["no filter", []],
    ["key", [key]],
    ["rare key", [rareKey]],
    ["team", [team]],
    ["model", [model]],
    ["status 5xx", [errors]],
    ["team, model, 5xx", [team, model, errors]],
    ["duration at least 59.999 s", [slow]],
    ["sdk that never was", [sdk]],
    ["request id", [label]],
    ["limit", [limit]],
  ];
  for (const [name, filters] of lists) {
    await measure(`list 100 of a day: ${name}`, () => list(store, { ...day(), filters, limit: 100 }));
  }
  await measure("list 100, unbounded: sdk that never was", () => list(store, { filters: [sdk], limit: 100 }));
  await measure("list 100, 30 days: rare key", () => list(store, { fromMs, toMs, filters: [rareKey], limit: 100 }));

  const stats = (days: number, rest: Partial<StatsQuery>) => async () => {
    const end = toMs - Math.floor(Math.random() * (30 - days)) * dayMs;
    const answer = await store.stats({
      fromMs: end - days * dayMs,
      toMs: end,
      nowMs: toMs,
      interval: "none",
      timeZone: "UTC",
      filters: [],
      groupBy: [],
      top: 10,
      order: "requests",
      comparePrevious: false,
      percentiles: true,
      ...rest,
    });
    return `${answer.total.sums[0]} requests, ${answer.groups.length} groups`;
  };
  const hour = { fromMs: toMs - hourMs, toMs };
  await measure("stats last hour by minute", stats(1, { ...hour, interval: "minute" }));
  await measure("stats last hour by minute, key", stats(1, { ...hour, interval: "minute", filters: [key] }));
  await measure("stats last hour by team", stats(1, { ...hour, groupBy: ["team"] }));
  await measure("stats 1 day by hour", stats(1, { interval: "hour" }));
  await measure("stats 1 day by hour, by model", stats(1, { interval: "hour", groupBy: ["model"] }));
  await measure("stats 1 day by hour, by team", stats(1, { interval: "hour", groupBy: ["team"] }));
  await measure("stats 7 days by hour", stats(7, { interval: "hour" }));
  await measure("stats 7 days by day, by key", stats(7, { interval: "day", groupBy: ["key"] }));
  await measure("stats 7 days by team and model", stats(7, { groupBy: ["team", "model"] }));
  await measure("stats 7 days by hour, of a key", stats(7, { interval: "hour", filters: [key] }));
  await measure("stats 30 days", stats(30, {}));
  await measure("stats 30 days by model", stats(30, { interval: "day", groupBy: ["model"] }));
  await measure("stats 30 days by team", stats(30, { groupBy: ["team"] }));
  await measure("stats 30 days by team and model", stats(30, { groupBy: ["team", "model"] }));
  await measure(
    "stats 30 days by day, of a key, by model",
    stats(30, { interval: "day", filters: [key], groupBy: ["model"] }),
  );
  await measure("stats 30 days by day in Berlin", stats(30, { interval: "day", timeZone: "Europe/Berlin" }));
  await measure("stats 30 days, compared", stats(15, { comparePrevious: true, groupBy: ["provider"] }));
}

async function list(store: LogStore, query: LogQuery): Promise<string> {
  const { data, partial } = await store.list(query);
  return `${data.length} found${partial === true ? ", partial" : ""}`;
}

async function measure(name: string, work: () => Promise<string>): Promise<void> {
  const times: number[] = [];
  let detail = "";
  for (let round = 0; round < rounds; round++) {
    times.push(
      await timed(async () => {
        detail = await work();
      }),
    );
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.ceil(share * times.length) - 1] ?? 0).toFixed(1);
  row(name, `p50 ${at(0.5)}`, `p95 ${at(0.95)} ms  ${detail}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function row(name: string, value: string, detail: string): void {
  print(`${name.padEnd(44)}${value.padStart(14)}  ${detail}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
