/**
 * The gateway against nginx `proxy_pass` with a pool of connections to the same upstream, everything on: authentication, holds, journal,
 * ingestion of bodies, metrics. `npm run bench` prints every table, `npm run bench -- streams` one; figures are ratios of one run on one machine.
 */
import { fileURLToPath } from "node:url";
import { bunBinary } from "../../test/harness/bun-binary.ts";
import { spawnChild } from "../../test/harness/child.ts";
import { type Headgate, startHeadgate } from "../../test/harness/start-headgate.ts";
import { cpuUs, memoryMb } from "./cpu.ts";
import { proxyTo, startNginx } from "./nginx.ts";
import { runWrk } from "./wrk.ts";

const seconds = Number(process.env.BENCH_SECONDS ?? 6);
/** Before the first figure of each kind: compiling the hot code takes Bun a second of CPU, once in a worker's life. */
const warmUpSeconds = 5;
const eventsPerStream = 100;
const words = "All work and no play makes a benchmark a dull one. ".repeat(16);

const openaiAnswer = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1,
  model: "bench",
  choices: [{ index: 0, message: { role: "assistant", content: words.slice(0, 600) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 200, completion_tokens: 150, total_tokens: 350 },
});
const messages = [{ role: "user", content: words }];
const chat = JSON.stringify({ model: "local/bench", messages, temperature: 0.5 });
const streamedChat = JSON.stringify({ model: "streams/bench", messages, stream: true });
const anthropicChat = JSON.stringify({ model: "local/bench", max_tokens: 256, messages });

const upstream = await startNginx({
  locations: `location / { default_type application/json; if ($request_method = POST) { return 200 '${openaiAnswer}'; } return 200 '{}'; }`,
});
const streams = await startStreams(eventsPerStream, 5);
const slowStreams = await startStreams(60, 250);
const floor = await startNginx(proxyTo(upstream.url));
const streamFloor = await startNginx(proxyTo(streams.url));
const startedMs = performance.now();
const headgate = await startHeadgate({
  config: configFor(upstream.url, streams.url),
  workers: 1,
  flags: ["--log-level", "warn"],
});
await answer(headgate, "/v1/chat/completions", chat);
const firstAnswerMs = performance.now() - startedMs;

const all = () => headgate.pids().map(({ pid }) => pid);
const worker = () => headgate.pids().flatMap(({ role, pid }) => (role === "worker" ? [pid] : []));
const headers = { "content-type": "application/json", authorization: `Bearer ${headgate.key}` };

const tables = { whole: wholeTable, streams: streamTable, latency: latencyTable, memory: memoryTable };
const wanted = process.argv.slice(2);
for (const [name, table] of Object.entries(tables)) if (wanted.length === 0 || wanted.includes(name)) await table();

await headgate.stop();
await Promise.all([upstream.stop(), floor.stop(), streamFloor.stop(), streams.stop(), slowStreams.stop()]);

type Row = {
  readonly what: string;
  /** Opened to the upstream while the row was measured. */
  readonly connections: number;
  readonly requests: number;
  readonly perSecond: number;
  readonly errors: number;
  readonly cpu: number;
  readonly workerCpu?: number;
};

type Source = {
  readonly pids: () => readonly number[];
  /** Connections that the upstream accepted so far. */
  readonly opened: () => Promise<number>;
};

async function load(
  what: string,
  url: string,
  body: string,
  { pids, opened }: Source,
  connections: number,
): Promise<Row> {
  await runWrk({ url, headers, body, connections, seconds: warmUpSeconds });
  const openedBefore = await opened();
  const before = cpuUs(pids());
  const workerBefore = cpuUs(worker());
  const { requests, perSecond, errors } = await runWrk({ url, headers, body, connections, seconds });
  // Ingestion runs behind the traffic and belongs to its price.
  await Bun.sleep(500);
  const cpu = (cpuUs(pids()) - before) / requests;
  const workerCpu = (cpuUs(worker()) - workerBefore) / requests;
  return { what, connections: (await opened()) - openedBefore, requests, perSecond, errors, cpu, workerCpu };
}

async function wholeTable(): Promise<void> {
  // The question itself is answered over the connection that asked before.
  const opened = upstream.accepted;
  const url = `${headgate.url}/v1`;
  const bare = await load("nginx, pooled", `${floor.url}/v1/chat/completions`, chat, { pids: floor.pids, opened }, 32);
  const same = await load("pass-through chat 1 KB", `${url}/chat/completions`, chat, { pids: all, opened }, 32);
  const other = await load("translated (Messages → Chat)", `${url}/messages`, anthropicChat, { pids: all, opened }, 32);
  print(
    "Whole answers, 32 connections",
    [bare, same, other].map((row) => wholeRow(row, bare, same)),
  );
}

function wholeRow(row: Row, bare: Row, same: Row) {
  const isFloor = row === bare;
  return {
    what: row.what,
    "requests/s": row.perSecond,
    errors: row.errors,
    "opened upstream": row.connections,
    "CPU µs/request": round(row.cpu),
    "× floor": round(row.cpu / bare.cpu),
    "worker µs": isFloor ? "" : round(row.workerCpu ?? 0),
    "worker × floor": isFloor ? "" : round((row.workerCpu ?? 0) / bare.cpu),
    "× pass-through": isFloor ? "" : round(row.cpu / same.cpu),
  };
}

async function streamTable(): Promise<void> {
  const opened = async () => Number(await (await fetch(streams.url)).text());
  const floorSource = { pids: streamFloor.pids, opened };
  const url = `${headgate.url}/v1`;
  const bare = await load("nginx, pooled", `${streamFloor.url}/v1/chat/completions`, streamedChat, floorSource, 50);
  const same = await load("pass-through stream", `${url}/chat/completions`, streamedChat, { pids: all, opened }, 50);
  const body = JSON.stringify({ ...JSON.parse(anthropicChat), model: "streams/bench", stream: true });
  const other = await load("translated stream", `${url}/messages`, body, { pids: all, opened }, 50);
  print(
    `Streams of ${eventsPerStream} events, 5 ms apart, 50 at once`,
    [bare, same, other].map((row) => ({
      what: row.what,
      streams: row.requests,
      errors: row.errors,
      "opened upstream": row.connections,
      "CPU µs/event": round(row.cpu / eventsPerStream),
      "× floor": round(row.cpu / bare.cpu),
      "worker × floor": row === bare ? "" : round((row.workerCpu ?? 0) / bare.cpu),
    })),
  );
}

async function latencyTable(): Promise<void> {
  const measure = async (what: string, url: string) => {
    await runWrk({ url, headers, body: chat, connections: 32, seconds: warmUpSeconds });
    return { what, ...(await runWrk({ url, headers, body: chat, connections: 1, seconds })) };
  };
  const direct = await measure("upstream itself", `${upstream.url}/v1/chat/completions`);
  const bare = await measure("nginx, pooled", `${floor.url}/v1/chat/completions`);
  const ours = await measure("headgate", `${headgate.url}/v1/chat/completions`);
  print(
    "Latency, one connection (added = over the upstream itself)",
    [direct, bare, ours].map((row) => ({
      what: row.what,
      "p50 µs": row.p50Us,
      "p99 µs": row.p99Us,
      "added p50 × nginx's": row === ours ? round((ours.p50Us - direct.p50Us) / (bare.p50Us - direct.p50Us)) : "",
      "added p99 × nginx's": row === ours ? round((ours.p99Us - direct.p99Us) / (bare.p99Us - direct.p99Us)) : "",
      "p50 × nginx": row === direct ? "" : round(row.p50Us / bare.p50Us),
      "p99 × nginx": row === direct ? "" : round(row.p99Us / bare.p99Us),
    })),
  );
}

async function memoryTable(): Promise<void> {
  const fresh = await startHeadgate({
    config: configFor(upstream.url, slowStreams.url),
    workers: 1,
    flags: ["--log-level", "warn"],
  });
  const pids = fresh.pids().map(({ pid }) => pid);
  const idle = memoryMb(pids);
  const aborts = new AbortController();
  const many = Array.from({ length: 1000 }, async () => {
    const response = await fresh.post("/v1/chat/completions", streamedChat, {}, aborts.signal);
    const reader = response.body?.getReader();
    while (reader !== undefined && !(await reader.read()).done);
  });
  await Bun.sleep(5000);
  const busy = memoryMb(pids);
  aborts.abort();
  await Promise.allSettled(many);
  await fresh.stop();
  print("Memory of all processes, one worker (proportional set size), and start", [
    { what: "idle MB", value: round(idle) },
    { what: "with 1,000 streams MB", value: round(busy) },
    { what: "spawn to first answer ms (installed clone)", value: Math.round(firstAnswerMs) },
  ]);
}

async function startStreams(events: number, intervalMs: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const script = fileURLToPath(new URL("./stream-upstream.ts", import.meta.url));
  const child = spawnChild([bunBinary(), script, String(events), String(intervalMs)], { name: "stream upstream" });
  return { url: `http://127.0.0.1:${await child.firstLine(5000)}`, stop: () => child.stop("SIGTERM", 1000) };
}

async function answer(target: Headgate, path: string, body: string): Promise<void> {
  const response = await target.post(path, body);
  if (!response.ok) throw new Error(`Cannot bench: headgate answered ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

function configFor(whole: string, streamed: string) {
  const provider = (base: string) => ({
    dialect: "openai-chat",
    base_url: `${base}/v1`,
    keys: [{ name: "k", value: "bench-secret" }],
  });
  return { providers: { local: provider(whole), streams: provider(streamed) } };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

function print(title: string, rows: readonly object[]): void {
  process.stdout.write(`\n${title}\n`);
  // biome-ignore lint/suspicious/noConsole: a bench prints its tables
  console.table(rows);
}
