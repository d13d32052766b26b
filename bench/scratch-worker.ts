import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#core/clock";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { Limit } from "#core/limit";
import { firstWindowSlot } from "#core/slot-ref";
import type { Provider, Snapshot, VirtualKey } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";
import { scratchPipeline } from "#fixtures/scratch-pipeline";
import { openJournal } from "#journal/append";
import { openLedgerAdmin } from "#ledger/admin";
import type { Ledger } from "#ledger/ledger";
import { createMachineClock } from "#ledger/machine-clock";
import { openLedger } from "#ledger/open-ledger";
import { prepareLedger } from "#ledger/prepare-ledger";
import { compileSettings } from "#snapshot/compile";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import type { UpstreamClient } from "#upstream/upstream";
import { cannedUpstream, eventsPerStream } from "./canned-upstream.ts";
import { pairDialects } from "./provider-streams.ts";

/** One kind of request, by the name that budgets know it by. */
export type WorkerRow = {
  readonly name: string;
  readonly what: string;
  readonly inference: InferenceRequest;
  /** What a figure is divided by: the events of one request. */
  readonly unit: number;
};

export type ScratchWorker = {
  readonly rows: readonly WorkerRow[];
  readonly infer: (inference: InferenceRequest) => Promise<InferenceResponse>;
  /** Asks once and reads the answer to its end. */
  readonly ask: (inference: InferenceRequest) => Promise<void>;
  readonly close: () => Promise<void>;
};

const keySlot = { index: 0, tag: 1 };

/** Who answers: `url` is what its provider's base URL is made of. */
export type ScratchUpstream = { readonly url: string; readonly upstream: UpstreamClient };

/** The virtual key of those who have no limits. */
export const plainSecret = "plain";

/** A worker's pipeline with the product's own ledger and journal, in a folder of its own, and an upstream without a network. */
export async function openScratchWorker(
  { url, upstream }: ScratchUpstream = { url: "http://127.0.0.1:1", upstream: cannedUpstream() },
): Promise<ScratchWorker> {
  const folder = mkdtempSync(join(tmpdir(), "headgate-bench-"));
  const ledger = openScratchLedger(join(folder, "ledger"));
  const journal = await openJournal({
    directory: join(folder, "journal"),
    generation: 1,
    worker: 0,
    durability: "process",
    log: { info() {}, warn() {}, error: fail },
  });
  const snapshot = snapshotOf(`${url}/v1`);
  const infer = scratchPipeline({
    ledger,
    journal,
    clock: { ...systemClock, machineMs: createMachineClock() },
    upstream,
    snapshot: () => snapshot,
    onInternalError: fail,
  });
  return {
    infer,
    rows: workerRows(),
    ask: async (inference) => readToEnd(await infer(inference)),
    close: async () => {
      await journal.close();
      ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openScratchLedger(file: string): Ledger {
  prepareLedger(file, { workers: 1, generation: 1 });
  const admin = openLedgerAdmin(file, { role: "control", generation: 1 });
  admin.rebuildLedger([]);
  admin.initSlot(keySlot.index, keySlot.tag, { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" });
  for (const { slot, unit } of sixLimits()) {
    const ledgerUnit = unit === "requests" ? "count" : unit;
    admin.initSlot(slot.index, slot.tag, { allowance: Number.MAX_SAFE_INTEGER, unit: ledgerUnit, mode: "hard" });
  }
  return openLedger(file, { worker: 0, generation: 1 });
}

function workerRows(): readonly WorkerRow[] {
  const words = "All work and no play makes a benchmark a dull one. ".repeat(16);
  const chat = { model: "local/bench", messages: [{ role: "user", content: words }], temperature: 0.5 };
  const message = { ...chat, max_tokens: 256 };
  const toAnthropic = { ...chat, model: "anthropic/bench" };
  // By its name a model that refuses the temperature.
  const toClaude = { ...chat, model: "anthropic/claude-bench" };
  const anthropic = { dialect: "anthropic-messages", endpoint: "messages" } as const;
  const asked = (body: object, secret = plainSecret) => inferenceOf(secret, Buffer.from(JSON.stringify(body)));
  return [
    { name: "whole", what: "whole, no limits", inference: asked(chat), unit: 1 },
    { name: "limits", what: "whole, 6 limits", inference: asked(chat, "limited"), unit: 1 },
    { name: "translated", what: "whole, Messages to chat", inference: { ...asked(message), ...anthropic }, unit: 1 },
    { name: "to-anthropic", what: "whole, chat to Messages", inference: asked(toAnthropic), unit: 1 },
    { name: "mended", what: "whole, chat to Messages, mended", inference: asked(toClaude), unit: 1 },
    {
      name: "event",
      what: "streamed, an event",
      inference: asked({ ...chat, stream: true }),
      unit: eventsPerStream,
    },
    {
      name: "translated-event",
      what: "streamed, Messages to chat, an event",
      inference: { ...asked({ ...message, stream: true }), ...anthropic },
      unit: eventsPerStream,
    },
    {
      name: "to-anthropic-event",
      what: "streamed, chat to Messages, an event",
      inference: asked({ ...toAnthropic, stream: true }),
      unit: eventsPerStream,
    },
  ];
}

async function readToEnd({ status, body }: InferenceResponse): Promise<void> {
  if (status !== 200) fail(body);
  if (typeof body === "string" || body instanceof Uint8Array) return;
  await body.sendTo({ write: (piece) => piece.length || fail("an empty piece"), flush: () => 0 });
}

/** A chat completion with this body, as the HTTP server would hand it over. */
export function inferenceOf(secret: string, bytes: Uint8Array): InferenceRequest {
  const body = Promise.resolve({ bytes, release: () => undefined });
  return {
    operation: "completion",
    dialect: "openai-chat",
    endpoint: "chat.completions",
    requestId: undefined,
    secret: () => secret,
    providerCredential: () => undefined,
    header: () => null,
    headersLike: () => [],
    clientAddress: () => undefined,
    pathModel: undefined,
    pathStream: undefined,
    query: "",
    readBody: () => body,
    signal: new AbortController().signal,
  };
}

function snapshotOf(baseUrl: string): Snapshot {
  const price = { version: "bench", input: 500_000, output: 1_500_000 };
  const provider = (id: string, dialect: string): Provider => ({
    id,
    baseUrl,
    auth: "bearer",
    dialects: [spoken(dialect)],
    headers: {},
    quirks: [],
    keys: [{ id: "k", name: "k", secret: "bench-secret", weight: 1 }],
    timeouts: { connectMs: 1000, headersMs: 1000, firstTokenMs: 1000, idleMs: 1000, totalMs: 1000 },
    retries: { max: 2, backoffInitialMs: 1, backoffMaxMs: 1 },
    models: new Map(["bench", "claude-bench"].map((name) => [name, { id: name, prices: [{ fromMs: 0, price }] }])),
    allowPrivateNetwork: true,
  });
  const providers = [
    provider("local", "openai-chat"),
    provider("anthropic", "anthropic-messages"),
    ...pairDialects.map((dialect) => provider(dialect, dialect)),
  ];
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
      [hashSecret(plainSecret), key("plain", [])],
      [hashSecret("limited"), key("limited", sixLimits())],
    ]),
    routes: new Map(),
    providers: new Map(providers.map((each) => [each.id, each])),
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

function fail(why: unknown): never {
  throw new Error("Cannot bench: a request failed", { cause: why });
}
