/**
 * What becomes of twice the load that a gateway can carry? 500 connections, a fixed rate of arrival: how many requests are
 * still answered, and how late do the refusals of the others come? The gateway has one processor for itself (all of its
 * processes), upstream and load the others: else asking for twice as much would take away what it answers with. `bun
 * bench/gateway/overload.ts [checkout …]` runs checkouts in turns. BENCH_ROUNDS, BENCH_RUNNING (`max_running_requests`),
 * BENCH_TIMES (of the capacity; 2).
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { startHeadgate } from "../../test/harness/start-headgate.ts";
import type { Job } from "./load/job.ts";
import { runJob } from "./load/run-job.ts";
import { cpuUs, pin } from "./processes.ts";
import { shotOf } from "./questions.ts";
import { above, type Buckets, difference, scrapeHistogram } from "./scrape.ts";
import { startUpstreams } from "./upstreams.ts";
import { runWrk } from "./wrk.ts";

const connections = 500;
const seconds = 6;
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const maxRunning = Number(process.env.BENCH_RUNNING ?? 128);
const times = Number(process.env.BENCH_TIMES ?? 2);
const checkouts = process.argv.length > 2 ? process.argv.slice(2) : ["."];

// Before anything is started: it is handed on.
pin([process.pid], `1-${cpus().length - 1}`);
const upstreams = await startUpstreams();
const table: object[] = [];
for (let round = 0; round < rounds; round++) for (const checkout of checkouts) table.push(await measure(checkout));
await upstreams.stop();
// biome-ignore lint/suspicious/noConsole: a bench prints its tables
console.table(table);

async function measure(checkout: string): Promise<object> {
  const provider = {
    dialect: "openai-chat",
    base_url: `${upstreams.whole}/v1`,
    keys: [{ name: "k", value: "secret" }],
  };
  const headgate = await startHeadgate({
    config: { settings: { max_running_requests: maxRunning }, providers: { local: provider } },
    workers: 1,
    flags: ["--log-level", "warn"],
    ...(checkout !== "." && { program: join(checkout, "src/main.ts") }),
  });
  pin(
    headgate.pids().map(({ pid }) => pid),
    "0",
  );
  const headers = { authorization: `Bearer ${headgate.key}` };
  const question = { client: "openai-chat", provider: "openai-chat", upstream: "whole", promptBytes: 800 } as const;
  const shot = shotOf(question, { model: "local/bench", headers });
  const load = { url: headgate.url + shot.path, headers: shot.headers, body: shot.body, connections: 32 };
  await runWrk({ ...load, seconds: 5 });
  const { perSecond: capacity } = await runWrk({ ...load, seconds: 3 });
  const sheds = () => scrapeHistogram(headgate, "headgate_overload_shed_seconds");
  const shedsBefore = await sheds();
  const cpuBefore = cpuUs(headgate.pids());
  const perSecond = times * capacity;
  const open: Job = {
    kind: "open",
    url: headgate.url,
    shots: [shot],
    seconds,
    connections,
    perSecond,
    mayRefuse: true,
  };
  const result = await runJob(open);
  const cores = (cpuUs(headgate.pids()) - cpuBefore) / 1e6 / result.seconds;
  const shedDelays = difference(shedsBefore, await sheds());
  await headgate.stop();
  const { requests, refused, wrong, complaints, latency, refusal, refusalFromSent, lateness } = result;
  if (wrong > 0) process.stderr.write(`${wrong} wrong answers: ${complaints.join("; ")}\n`);
  return {
    checkout,
    "capacity/s": capacity,
    "due/s": perSecond,
    "asked/s": Math.round((requests + refused + wrong) / result.seconds),
    "goodput %": Math.round((100 * requests) / result.seconds / capacity),
    "refused/s": Math.round(refused / result.seconds),
    "answered p50/p99 ms": `${ms(latency.p50Us)} ${ms(latency.p99Us)}`,
    "refused: from due": `${ms(refusal.p50Us)} ${ms(refusal.p99Us)}`,
    "from sent": `${ms(refusalFromSent.p50Us)} ${ms(refusalFromSent.p99Us)}`,
    "p99 from read": shedDelays.size === 0 ? "not told" : `≤ ${p99Ms(shedDelays)}`,
    "sent late p99 ms": ms(lateness.p99Us),
    cores: Number(cores.toFixed(2)),
  };
}

/** As the worker counts it, which starts when it reads a request. An upper bound. */
function p99Ms(sheds: Buckets): number {
  const all = above(sheds, 0);
  return 1000 * ([...sheds.keys()].find((bound) => above(sheds, bound) <= all / 100) ?? Number.POSITIVE_INFINITY);
}

function ms(us: number): number {
  return Number((us / 1000).toFixed(1));
}
