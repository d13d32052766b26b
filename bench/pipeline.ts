/**
 * What does a request cost inside a worker, from its `InferenceRequest` to the last byte, without a network? Prints one table:
 * the best of so many rounds in microseconds of processor time, for other work on the machine can only add to it, and the
 * bytes of heap that are taken. `bun bench/pipeline.ts [rounds] [row]`
 */
import { heapStats } from "bun:jsc";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#core/clock";
import type { InferenceRequest } from "#core/inference";
import type { Limit } from "#core/limit";
import { firstWindowSlot } from "#core/slot-ref";
import type { Provider, Snapshot, VirtualKey } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";
import { scratchPipeline } from "#fixtures/scratch-pipeline";
import { openJournal } from "#journal/append";
import { openLedgerAdmin } from "#ledger/admin";
import { createMachineClock } from "#ledger/machine-clock";
import { openLedger } from "#ledger/open-ledger";
import { prepareLedger } from "#ledger/prepare-ledger";
import { compileSettings } from "#snapshot/compile";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { pushChunks } from "#upstream/push-chunks";
import type { UpstreamClient } from "#upstream/upstream";

const rounds = Number(process.argv[2] ?? 40);
const wanted = process.argv[3] ?? "";
const requestsPerRound = 400;
const together = 32;
const eventsPerStream = 100;
const words = "All work and no play makes a benchmark a dull one. ".repeat(16);
const messages = [{ role: "user", content: words }];
const chat = { model: "local/bench", messages, temperature: 0.5 };

const folder = mkdtempSync(join(tmpdir(), "headgate-bench-"));
const ledgerFile = join(folder, "ledger");
prepareLedger(ledgerFile, { workers: 1, generation: 1 });
const admin = openLedgerAdmin(ledgerFile, { role: "control", generation: 1 });
admin.rebuildLedger([]);
const keySlot = { index: 0, tag: 1 };
admin.initSlot(keySlot.index, keySlot.tag, { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" });
const limits = sixLimits();
for (const { slot, unit } of limits) {
  const ledgerUnit = unit === "requests" ? "count" : unit;
  admin.initSlot(slot.index, slot.tag, { allowance: Number.MAX_SAFE_INTEGER, unit: ledgerUnit, mode: "hard" });
}
const ledger = openLedger(ledgerFile, { worker: 0, generation: 1 });
const log = { debug() {}, info() {}, warn() {}, error: fail };
const journal = await openJournal({
  directory: join(folder, "journal"),
  generation: 1,
  worker: 0,
  durability: "process",
  log,
});
const infer = pipelineOf();

const whole = bytesOf(chat);
const streamed = bytesOf({ ...chat, stream: true });
const message = bytesOf({ ...chat, max_tokens: 256 });
const streamedMessage = bytesOf({ ...chat, max_tokens: 256, stream: true });
const anthropic = { dialect: "anthropic-messages", endpoint: "messages" } as const;
const rows = [
  { what: "whole, no limits", inference: inferenceOf("plain", whole), unit: 1 },
  { what: "whole, 6 limits", inference: inferenceOf("limited", whole), unit: 1 },
  { what: "whole, translated", inference: { ...inferenceOf("plain", message), ...anthropic }, unit: 1 },
  { what: "streamed, an event", inference: inferenceOf("plain", streamed), unit: eventsPerStream },
  {
    what: "streamed and translated, an event",
    inference: { ...inferenceOf("plain", streamedMessage), ...anthropic },
    unit: eventsPerStream,
  },
];
const best = new Map<string, number>();
const heap = new Map<string, number>();
for (let round = 0; round < rounds; round++) {
  for (const { what, inference, unit } of rows) {
    if (!what.includes(wanted)) continue;
    const us = (await roundOf(inference, unit === 1 ? requestsPerRound : requestsPerRound / 10)) / unit;
    best.set(what, Math.min(us, best.get(what) ?? Number.POSITIVE_INFINITY));
  }
}
for (const { what, inference, unit } of rows) if (what.includes(wanted)) heap.set(what, await heapOf(inference, unit));
await journal.close();
ledger.close();
rmSync(folder, { recursive: true, force: true });
for (const [what, us] of best) {
  const bytes = heap.get(what) ?? 0;
  process.stdout.write(
    `${what.padEnd(36)}${us.toFixed(2).padStart(9)} µs${bytes.toFixed(0).padStart(9)} bytes of heap\n`,
  );
}

/** Bytes of heap that are taken before anything is collected: the median of 15 tries, as a collection in between hides some. */
async function heapOf(inference: InferenceRequest, unit: number): Promise<number> {
  const requests = unit === 1 ? 64 : 4;
  const tries: number[] = [];
  for (let index = 0; index < 15; index++) {
    Bun.gc(true);
    const before = heapStats().heapSize;
    for (let done = 0; done < requests; done++) await run(inference);
    tries.push((heapStats().heapSize - before) / requests / unit);
  }
  return tries.sort((a, b) => a - b)[7] ?? 0;
}

/** Processor time of this process for a request: its journal's thread-pool and the collector included. */
async function roundOf(inference: InferenceRequest, requests: number): Promise<number> {
  const start = process.cpuUsage();
  for (let done = 0; done < requests; done += together) {
    await Promise.all(Array.from({ length: Math.min(together, requests - done) }, () => run(inference)));
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / requests;
}

async function run(inference: InferenceRequest): Promise<void> {
  const answer = await infer(inference);
  if (answer.status !== 200) fail(answer.body);
  if (typeof answer.body === "string" || answer.body instanceof Uint8Array) return;
  await answer.body.sendTo({ write: (piece) => piece.length || fail("an empty piece"), flush: () => 0 });
}

function inferenceOf(secret: string, bytes: Uint8Array): InferenceRequest {
  const body = Promise.resolve({ bytes, release: () => undefined });
  return {
    operation: "completion",
    dialect: "openai-chat",
    endpoint: "chat.completions",
    requestId: undefined,
    secret: () => secret,
    header: () => null,
    pathModel: undefined,
    readBody: () => body,
    signal: new AbortController().signal,
  };
}

function pipelineOf() {
  const snapshot = snapshotOf();
  return scratchPipeline({
    ledger,
    journal,
    clock: { ...systemClock, machineMs: createMachineClock() },
    upstream: cannedUpstream(),
    snapshot: () => snapshot,
    onInternalError: fail,
  });
}

function snapshotOf(): Snapshot {
  const price = { version: "bench", input: 500_000, output: 1_500_000 };
  const provider: Provider = {
    id: "local",
    baseUrl: "http://127.0.0.1:1/v1",
    auth: "bearer",
    dialects: [spoken("openai-chat")],
    headers: {},
    quirks: [],
    keys: [{ id: "k", name: "k", secret: "bench-secret", weight: 1 }],
    timeouts: { connectMs: 1000, headersMs: 1000, firstTokenMs: 1000, idleMs: 1000, totalMs: 1000 },
    retries: { max: 2, backoffInitialMs: 1, backoffMaxMs: 1 },
    models: new Map([["bench", { id: "bench", prices: [{ fromMs: 0, price }] }]]),
    allowPrivateNetwork: false,
  };
  const key = (name: string, own: readonly Limit[]): VirtualKey => ({
    id: name,
    name,
    active: true,
    tags: {},
    models: ["*"],
    blocked: [],
    endpoints: ["*"],
    limits: own,
    slot: keySlot,
  });
  return {
    sequence: 1,
    settings: compileSettings({}),
    virtualKeys: new Map([
      [hashSecret("plain"), key("plain", [])],
      [hashSecret("limited"), key("limited", limits)],
    ]),
    routes: new Map(),
    providers: new Map([["local", provider]]),
    teams: new Map(),
    customers: new Map(),
    limits: [],
    prices: [],
  };
}

/** Budgets in money and in tokens, rates of requests and of tokens, running requests. */
function sixLimits(): readonly Limit[] {
  const base = (index: number) => ({
    id: `limit-${index}`,
    scope: { kind: "key", name: "limited" } as const,
    amount: Number.MAX_SAFE_INTEGER,
    slot: { index, tag: 1 },
    match: {},
  });
  const daily = { kind: "repeating", unit: "d", count: 1, align: { to: "calendar", timeZone: "UTC" } } as const;
  const budget = { kind: "budget", period: daily, mode: "hard" } as const;
  const rate = { kind: "rate", windowMs: 60_000 } as const;
  return [
    { ...base(1), ...budget, unit: "nanodollars" },
    { ...base(2), ...budget, unit: "nanodollars" },
    { ...base(3), ...budget, unit: "tokens" },
    { ...base(firstWindowSlot), ...rate, unit: "requests" },
    { ...base(firstWindowSlot + 1), ...rate, unit: "tokens" },
    { ...base(4), kind: "concurrency", unit: "requests" },
  ];
}

/** Answers at once: whole, or with one event a chunk. */
function cannedUpstream(): UpstreamClient {
  const answer = bytesOf({
    id: "chatcmpl-bench",
    object: "chat.completion",
    created: 1,
    model: "bench",
    choices: [{ index: 0, message: { role: "assistant", content: words.slice(0, 600) }, finish_reason: "stop" }],
    usage: { prompt_tokens: 200, completion_tokens: 150, total_tokens: 350 },
  });
  const wholeHeaders = new Headers({ "content-type": "application/json", "content-length": String(answer.length) });
  const streamHeaders = new Headers({ "content-type": "text/event-stream" });
  const chunk = (fields: object) =>
    `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, model: "bench", ...fields })}\n\n`;
  const word = Buffer.from(chunk({ choices: [{ index: 0, delta: { content: " benchmark" }, finish_reason: null }] }));
  const usage = { prompt_tokens: 10, completion_tokens: eventsPerStream, total_tokens: eventsPerStream + 10 };
  const ending = Buffer.from(
    `${chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}${chunk({ choices: [], usage })}data: [DONE]\n\n`,
  );
  return async (request) => ({
    status: 200,
    headers: request.streams === true ? streamHeaders : wholeHeaders,
    whole: async () => answer,
    start: (sink) => pushChunks(chunksOf(word, ending), sink),
    sawToken: () => undefined,
  });
}

function chunksOf(word: Uint8Array, ending: Uint8Array): AsyncIterator<Uint8Array> {
  let sent = 0;
  return {
    next: async () => {
      if (sent > eventsPerStream) return { done: true, value: undefined };
      sent += 1;
      return { done: false, value: sent > eventsPerStream ? ending : word };
    },
  };
}

function bytesOf(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function fail(why: unknown): never {
  throw new Error("Cannot bench: a request failed", { cause: why });
}
