/**
 * Does anything grow, or get lost, in the long run? Mixed traffic (whole, streamed, translated, streams that clients leave)
 * for so many minutes, memory and file descriptors beside it, and at the end the accounts: every request that ended is
 * recorded once, nothing is held any more. `bun bench/gateway/soak.ts [minutes]`
 */
import { readdirSync, readFileSync } from "node:fs";
import { pick } from "../../test/harness/pick.ts";
import { type Headgate, startHeadgate } from "../../test/harness/start-headgate.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";
import type { Shot } from "./load/job.ts";
import { runJob } from "./load/run-job.ts";
import { byRole, memoryMb } from "./processes.ts";
import { shotOf } from "./questions.ts";
import { above, scrapeHistogram, scrapeValue } from "./scrape.ts";
import type { Question } from "./subject.ts";
import { startUpstreams } from "./upstreams.ts";

const minutes = Number(process.argv[2] ?? 30);
const connections = 48;
const everyMs = 10_000;
const openai = "openai-chat";
const anthropic = "anthropic-messages";

type Sample = {
  readonly minute: number;
  readonly mb: number;
  readonly roles: ReturnType<typeof byRole>;
  readonly files: number;
};

const upstreams = await startUpstreams();
const provider = (dialect: string, base: string) => ({
  dialect,
  base_url: `${base}/v1`,
  keys: [{ name: "k", value: "bench-secret" }],
  models: [{ id: "bench", price: { input: 0.5, output: 1.5 } }],
});
const headgate = await startHeadgate({
  config: {
    providers: {
      whole: provider(openai, upstreams.whole),
      streams: provider(openai, `${upstreams.streams}/20x5`),
      messages: provider(anthropic, `${upstreams.streams}/20x5`),
    },
  },
  workers: 1,
  flags: ["--log-level", "warn"],
});

const samples: Sample[] = [];
const started = performance.now();
const timer = setInterval(() => samples.push(sample()), everyMs);
const result = await runJob({ kind: "closed", url: headgate.url, shots: shots(), connections, seconds: minutes * 60 });
samples.push(sample());
clearInterval(timer);
await showAccounts(headgate);
await headgate.stop();
await upstreams.stop();

/** In the proportion of their weights: one stream in eight is left in its middle. */
function shots(): readonly Shot[] {
  const ask = (client: Question["client"], dialect: Question["provider"], model: string, streams = true): Shot =>
    shotOf(
      { client, provider: dialect, upstream: streams ? "20x5" : "whole", promptBytes: 800 },
      { model: `${model}/bench`, headers: { authorization: `Bearer ${headgate.key}` } },
    );
  return [
    { ...ask(openai, openai, "whole", false), weight: 8 },
    { ...ask(openai, openai, "streams"), weight: 4 },
    { ...ask(openai, anthropic, "messages"), weight: 3 },
    { ...ask(openai, openai, "streams"), weight: 1, abortAfterEvents: 5 },
  ];
}

function sample(): Sample {
  const processes = headgate.pids();
  const files = processes.reduce((sum, { pid }) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);
  const minute = (performance.now() - started) / 60_000;
  return { minute, mb: memoryMb(processes), roles: byRole(processes, anonymousMb), files };
}

/** What is a process's own, without files that it maps. */
function anonymousMb(processes: readonly { readonly pid: number }[]): number {
  const kb = processes.reduce((sum, { pid }) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return sum + Number(/^Pss_Anon:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }, 0);
  return Math.round(kb / 102.4) / 10;
}

async function showAccounts(gateway: Headgate): Promise<void> {
  const value = (name: string) => scrapeValue(gateway, name);
  await waitUntil(
    "ingestion to end",
    async () => (await value("headgate_ingest_lag_records")) + (await value("headgate_requests_in_flight")) === 0,
    120_000,
  );
  // Workers show what they count of the journal once a second.
  await Bun.sleep(3000);
  const delays = await scrapeHistogram(gateway, "headgate_event_loop_delay_seconds");
  const { requests, aborted, wrong, complaints } = result;
  const half = samples.slice(samples.length / 2);
  print("every", everyMs / 1000, "s", ...samples.map(({ mb }) => Math.round(mb)), "MB");
  for (const [part, some] of quarters(samples).entries()) print(`quarter ${part + 1}`, JSON.stringify(meanRoles(some)));
  print("at the end", JSON.stringify(samples.at(-1)));
  print("slope of the second half", slopeOf(half).toFixed(2), "MB a minute");
  print("file descriptors", samples[0]?.files, "to", samples.at(-1)?.files);
  print("asked", requests + aborted + wrong, "left", aborted, "wrong", wrong, complaints.join("; "));
  print("ended", await value("headgate_requests_total"), "recorded", await value("headgate_journal_records_total"));
  print(
    "not recorded",
    await value("headgate_journal_failures_total"),
    "lost",
    await value("headgate_ingest_lost_records_total"),
  );
  print("held", await value("headgate_held_requests"), "rows", await value("headgate_holds"));
  print("bodies dropped", await value("headgate_journal_dropped_content_total"));
  const sums: unknown = await (await gateway.admin("GET", statsQuery())).json();
  print("in the log", JSON.stringify(pick(sums, "total") ?? sums));
  print(
    "event loop: ticks",
    above(delays, 0),
    "later than 5 ms",
    above(delays, 0.005),
    "than 25 ms",
    above(delays, 0.025),
  );
}

function statsQuery(): string {
  const from = new Date(Date.now() - (minutes + 60) * 60_000).toISOString();
  return `/api/stats?from=${from}&to=${new Date(Date.now() + 60_000).toISOString()}`;
}

function quarters(all: readonly Sample[]): readonly (readonly Sample[])[] {
  const at = (quarter: number) => Math.floor((all.length * quarter) / 4);
  return [0, 1, 2, 3].map((quarter) => all.slice(at(quarter), at(quarter + 1)));
}

/** Which role grows? What is each one's own, in MB. */
function meanRoles(some: readonly Sample[]): ReturnType<typeof byRole> {
  const mean = (role: string) => some.reduce((sum, { roles }) => sum + (roles[role] ?? 0), 0) / some.length;
  return Object.fromEntries(Object.keys(some[0]?.roles ?? {}).map((role) => [role, Math.round(mean(role))]));
}

/** By least squares. */
function slopeOf(some: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number) => some.reduce((sum, one) => sum + of(one), 0) / some.length;
  const [minute, mb] = [mean((one) => one.minute), mean((one) => one.mb)];
  return mean((one) => (one.minute - minute) * (one.mb - mb)) / mean((one) => (one.minute - minute) ** 2);
}

function print(...words: readonly unknown[]): void {
  process.stdout.write(`${words.join(" ")}\n`);
}
