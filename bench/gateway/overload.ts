/**
 * What becomes of twice the load that a gateway can carry? How many requests are still answered, and how late do the
 * refusals of the others come? The gateway has one processor for itself (all of its processes), upstream and load the
 * others: else asking for twice as much would take away what it answers with. Two kinds of clients, both in an open loop:
 *
 * - `patient`: each request is sent when it is due. Whoever is refused asks again after the second that it is told, others
 *   ask meanwhile on connections of their own: 500 for those that are answered or wait, and one for each that is refused within
 *   a second. A round in which requests were sent late is void, for then the load was not what it says.
 * - `hasty`: 500 connections and no more, which ask again at once. A request for which none is free waits in the generator,
 *   so what is due is not sent: this shows what such clients get, from the moment that their request was due.
 *
 * `bun bench/gateway/overload.ts [checkout …]` runs checkouts in turns. BENCH_ROUNDS, BENCH_RUNNING (`max_running_requests`),
 * BENCH_TIMES (of the capacity; 2), BENCH_CLIENTS (one kind alone).
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { type Headgate, startHeadgate } from "../../test/harness/start-headgate.ts";
import type { Job, Shot } from "./load/job.ts";
import { runJob } from "./load/run-job.ts";
import { byRole, cpuUs, pin } from "./processes.ts";
import { shotOf } from "./questions.ts";
import { above, type Buckets, difference, scrapeHistogram } from "./scrape.ts";
import { spreadOf } from "./statistics.ts";
import { startUpstreams } from "./upstreams.ts";
import { runWrk } from "./wrk.ts";

const connections = 500;
const seconds = 6;
/** Before it is measured: what refuses is compiled by then. */
const trialSeconds = 3;
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const maxRunning = Number(process.env.BENCH_RUNNING ?? 128);
const times = Number(process.env.BENCH_TIMES ?? 2);
const kinds = process.env.BENCH_CLIENTS?.split(",") ?? ["patient", "hasty"];
const checkouts = process.argv.length > 2 ? process.argv.slice(2) : ["."];
/** As the header `retry-after` says. */
const patientMs = 1000;
/** A worker refuses for want of descriptors from 80 % of them on. */
const mostConnections = 15_000;
/** Later than this (p99), or less than this share of what was due: not the load that is named. */
const mostLateUs = 50_000;
const leastSent = 0.97;

// Before anything is started: it is handed on.
pin([process.pid], `1-${cpus().length - 1}`);
const upstreams = await startUpstreams();
const table: object[] = [];
for (let round = 0; round < rounds; round++) for (const checkout of checkouts) table.push(...(await measure(checkout)));
await upstreams.stop();
// biome-ignore lint/suspicious/noConsole: a bench prints its tables
console.table(table);

async function measure(checkout: string): Promise<readonly object[]> {
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
  const capacity = await capacityOf(headgate.url + shot.path, shot);
  const rows: object[] = [];
  for (const clients of kinds) {
    const perSecond = times * capacity;
    const isPatient = clients === "patient";
    const open: Job = {
      kind: "open",
      url: headgate.url,
      shots: [shot],
      seconds,
      connections: isPatient ? Math.min(mostConnections, connections + perSecond) : connections,
      perSecond,
      mayRefuse: true,
      ...(isPatient && { patientMs }),
    };
    await runJob({ ...open, seconds: trialSeconds });
    rows.push({ checkout, clients, "capacity/s": capacity, ...(await overload(headgate, open)) });
  }
  await headgate.stop();
  return rows;
}

/** What is answered at most, once it does not change any more. */
async function capacityOf(url: string, { body, headers }: Shot): Promise<number> {
  const load = { url, headers, body, connections: 32, seconds: 3 };
  const rates: number[] = [];
  while (rates.length < 20) {
    rates.push((await runWrk(load)).perSecond);
    const last = rates.slice(-3);
    if (last.length === 3 && Math.max(...last) < 1.05 * Math.min(...last)) return spreadOf(last).median;
  }
  process.stderr.write(`The rate did not get flat: ${rates.join(" ")}\n`);
  return spreadOf(rates.slice(-3)).median;
}

async function overload(headgate: Headgate, job: Job & { readonly kind: "open" }): Promise<object> {
  const sheds = () => scrapeHistogram(headgate, "headgate_overload_shed_seconds");
  const shedsBefore = await sheds();
  const cpuBefore = byRole(headgate.pids(), cpuUs);
  const result = await runJob(job);
  const cpu = byRole(headgate.pids(), cpuUs);
  const { requests, refused, wrong, complaints, latency, refusal, refusalFromSent, lateness, mostRunning } = result;
  const coresOf = (role: string) => (((cpu[role] ?? 0) - (cpuBefore[role] ?? 0)) / 1e6 / result.seconds).toFixed(2);
  const shedDelays = difference(shedsBefore, await sheds());
  if (wrong > 0) process.stderr.write(`${wrong} wrong answers: ${complaints.join("; ")}\n`);
  const asked = (requests + refused + wrong) / result.seconds;
  const isSent = lateness.p99Us <= mostLateUs && asked >= leastSent * job.perSecond;
  return {
    "due/s": job.perSecond,
    "asked/s": Math.round(asked),
    "goodput %": Math.round((100 * requests * times) / result.seconds / job.perSecond),
    "refused/s": Math.round(refused / result.seconds),
    "answered p50/p99 ms": `${ms(latency.p50Us)} ${ms(latency.p99Us)}`,
    "refused: from due": `${ms(refusal.p50Us)} ${ms(refusal.p99Us)}`,
    "from sent": `${ms(refusalFromSent.p50Us)} ${ms(refusalFromSent.p99Us)}`,
    "p99 from read": shedDelays.size === 0 ? "not told" : `≤ ${p99Ms(shedDelays)}`,
    "late p99": ms(lateness.p99Us),
    "most at a time": mostRunning,
    cores: Object.keys(cpu)
      .map((role) => `${role} ${coresOf(role)}`)
      .join(" "),
    void: isSent || job.patientMs === undefined ? wrong > 0 : true,
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
