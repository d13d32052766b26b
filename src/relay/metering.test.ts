import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { DialectId } from "#core/completion";
import type { InferenceResponse } from "#core/inference";
import type { RequestRecord } from "#core/record";
import type { Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import { inputTotal, noUsage, outputTotal } from "#core/usage";
import { inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createManualTime } from "#lib/fixtures/manual-time";
import type { Json } from "#lib/json";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { createUpstreamClient } from "#upstream/client";
import { type Play, startRawProvider, streamHead, wholeAnswer } from "./fixtures/raw-provider";

const timeouts: Timeouts = { connectMs: 1000, headersMs: 60, firstTokenMs: 120, idleMs: 60, totalMs: 2000 };
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** What happened, as `docs/internals/metering.md` tells it, and what is charged for it. */
type Row = {
  readonly name: string;
  readonly operation?: string;
  readonly dialect?: DialectId;
  /** The dialect of the provider, where it is another. */
  readonly provider?: DialectId;
  readonly stream?: boolean;
  readonly plays: readonly Play[];
  /** Prices of the targets, in the order in which they are asked; one dollar per million tokens when absent. */
  readonly prices?: readonly (number | undefined)[];
  readonly retries?: number;
  readonly client?: "leaves before the answer" | "leaves the stream";
  readonly journalFails?: boolean;
  /** Undefined where there is no record. */
  readonly outcome: RequestRecord["outcome"] | undefined;
  /** Given the estimate of one attempt's input. */
  readonly input: number | ((estimate: number) => number);
  /** `unseen`: by the time that it took, which no test can know exactly. */
  readonly output: number | "unseen";
  readonly isEstimated: boolean;
  /** Where it is not tokens × 1,000 nano-dollars. */
  readonly cost?: (estimate: number, unseen: number) => number;
};

const anthropicStart = event("message_start", {
  message: { id: "m", model: "m", role: "assistant", content: [], usage: { input_tokens: 25, output_tokens: 1 } },
});
const blockStart = event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
const text40 = event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "x".repeat(40) } });
const chat40 = `data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"${"x".repeat(40)}"}}]}\n\n`;
const chatRole = 'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n';
const chatFinish = 'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const chatUsage = 'data: {"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}\n\n';
const done = "data: [DONE]\n\n";
const chatAnswer = {
  id: "c",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
};
const withUsage = wholeAnswer({ ...chatAnswer, usage: { prompt_tokens: 11, completion_tokens: 7 } });
const estimated = (estimate: number) => estimate;
const nothing = { input: 0, output: 0, isEstimated: false } as const;
const failing = { ...nothing, outcome: "error" } as const;
const whole = { dialect: "openai-chat", stream: false } as const;
const streamed = { dialect: "anthropic-messages", stream: true } as const;

const rows: readonly Row[] = [
  {
    name: "whole answer with usage",
    ...whole,
    plays: [[withUsage]],
    outcome: "ok",
    input: 11,
    output: 7,
    isEstimated: false,
  },
  {
    name: "whole answer without usage",
    ...whole,
    plays: [[wholeAnswer(chatAnswer)]],
    outcome: "ok",
    input: estimated,
    output: Math.ceil("hello".length / 4),
    isEstimated: true,
  },
  {
    name: "embeddings without usage",
    operation: "embeddings",
    plays: [[wholeAnswer({ data: [{ index: 0, embedding: [1] }] })]],
    outcome: "ok",
    input: estimated,
    output: 0,
    isEstimated: true,
  },
  {
    name: "token count",
    operation: "count-tokens",
    dialect: "anthropic-messages",
    plays: [[wholeAnswer({ input_tokens: 9 })]],
    ...nothing,
    outcome: "ok",
  },
  {
    name: "price not known",
    ...whole,
    plays: [[withUsage]],
    prices: [undefined],
    outcome: "ok",
    input: 11,
    output: 7,
    isEstimated: false,
    cost: () => 0,
  },
  {
    name: "complete stream with usage",
    stream: true,
    plays: [[streamHead, chat40, chatFinish, chatUsage, done, "close"]],
    outcome: "ok",
    input: 11,
    output: 7,
    isEstimated: false,
  },
  {
    name: "complete stream without usage",
    stream: true,
    plays: [[streamHead, chat40, chatFinish, done, "close"]],
    outcome: "ok",
    input: estimated,
    output: 10,
    isEstimated: true,
  },
  { name: "error status", ...whole, plays: [[wholeAnswer({ error: { message: "no" } }, 503)]], ...failing },
  {
    name: "request refused by the provider",
    ...whole,
    plays: [[wholeAnswer({ error: { message: "no" } }, 400)]],
    ...failing,
  },
  { name: "connection refused", ...whole, plays: [], ...failing },
  { name: "reset before headers", ...whole, plays: [["reset"]], ...failing },
  {
    name: "headers timer",
    ...whole,
    plays: [[{ passMs: 60 }, "close"]],
    ...failing,
    input: estimated,
    output: "unseen",
    isEstimated: true,
  },
  {
    name: "first-token timer",
    ...streamed,
    plays: [[streamHead, { passMs: 145 }, "close"]],
    ...failing,
    input: estimated,
    isEstimated: true,
  },
  {
    name: "first-token timer of a stream that showed life",
    ...streamed,
    dialect: "openai-chat",
    plays: [[streamHead, chatRole, { passMs: 145 }, "close"]],
    outcome: "cut",
    input: estimated,
    output: "unseen",
    isEstimated: true,
  },
  {
    name: "several attempts, the first showed life and timed out",
    ...streamed,
    dialect: "openai-chat",
    plays: [
      [streamHead, chatRole, { passMs: 145 }, "close"],
      [streamHead + chat40 + chatFinish + chatUsage + done, "close"],
    ],
    prices: [1_000_000, 1_000_000],
    outcome: "ok",
    input: (estimate) => estimate + 11,
    output: "unseen",
    isEstimated: true,
  },
  {
    name: "answer that is none",
    ...whole,
    plays: [[wholeAnswer({ foo: 1 })]],
    ...failing,
    input: estimated,
    isEstimated: true,
  },
  {
    name: "client gone before the answer",
    ...whole,
    plays: [[{ passMs: 5 }, "close"]],
    client: "leaves before the answer",
    outcome: "client-gone",
    input: estimated,
    output: "unseen",
    isEstimated: true,
  },
  {
    name: "cut stream, input reported",
    ...streamed,
    plays: [[streamHead, anthropicStart, blockStart, text40, "await-read", "reset"]],
    outcome: "cut",
    input: 25,
    output: 10,
    isEstimated: true,
  },
  {
    name: "cut stream, nothing reported",
    stream: true,
    plays: [[streamHead, chat40, "await-read", "close"]],
    outcome: "cut",
    input: estimated,
    output: 10,
    isEstimated: true,
  },
  {
    name: "stalled stream",
    ...streamed,
    plays: [[streamHead, anthropicStart, blockStart, text40, "await-read", { passMs: 60 }, "close"]],
    outcome: "cut",
    input: 25,
    output: 10,
    isEstimated: true,
  },
  {
    name: "malformed stream",
    stream: true,
    provider: "anthropic-messages",
    plays: [
      [streamHead, anthropicStart, blockStart, text40, "await-read", "event: content_block_delta\ndata: {oops\n\n"],
    ],
    outcome: "cut",
    input: 25,
    output: 10,
    isEstimated: true,
  },
  {
    name: "error inside a stream",
    ...streamed,
    plays: [
      [
        streamHead,
        anthropicStart,
        blockStart,
        text40,
        event("error", { error: { type: "overloaded_error", message: "busy" } }),
        "close",
      ],
    ],
    outcome: "cut",
    input: 25,
    output: 10,
    isEstimated: true,
  },
  {
    name: "client left the stream",
    ...streamed,
    plays: [[streamHead, anthropicStart, blockStart, text40]],
    client: "leaves the stream",
    outcome: "client-gone",
    input: 25,
    output: 10,
    isEstimated: true,
  },
  {
    name: "several attempts, the first timed out",
    ...whole,
    plays: [[{ passMs: 60 }, "close"], [withUsage]],
    prices: [2_000_000, 1_000_000],
    outcome: "ok",
    input: (estimate) => 11 + estimate,
    output: "unseen",
    isEstimated: true,
    cost: (estimate, output) => 18_000 + (estimate + output - 7) * 2000,
  },
  {
    name: "several attempts, the first refused",
    ...whole,
    plays: [["reset"], [withUsage]],
    retries: 1,
    outcome: "ok",
    input: 11,
    output: 7,
    isEstimated: false,
  },
  { name: "journal failure", ...whole, plays: [[withUsage]], journalFails: true, ...nothing, outcome: undefined },
];

for (const row of rows) {
  test(`${row.name} is charged as the table says`, async () => {
    const run = await play(row);
    const { governance, money, tokens, inputEstimate } = run;
    const [record] = governance.records;
    expect(record?.outcome).toBe(row.outcome);
    const input = typeof row.input === "number" ? row.input : row.input(inputEstimate);
    const usage = record?.usage;
    const output = row.output === "unseen" ? outputTotal(usage ?? noUsage) : row.output;
    if (row.output === "unseen") expect(output).toBeGreaterThan(0);
    const cost = row.cost?.(inputEstimate, output) ?? (input + output) * 1000;
    expect({
      input: usage === undefined ? 0 : inputTotal(usage),
      output: usage === undefined ? 0 : outputTotal(usage),
      isEstimated: usage?.estimated ?? false,
      money: governance.admin.readSlot(money).charged,
      tokens: governance.admin.readSlot(tokens).charged,
    }).toEqual({ input, output, isEstimated: row.isEstimated, money: cost, tokens: input + output });
    if (record?.cost !== undefined) expect(record.cost).toBe(cost);
    expect(governance.admin.readSlot(money).held).toBe(0);
  });
}

test("docs/internals/metering.md has a row for every test here", () => {
  const page = readFileSync(new URL("../../docs/internals/metering.md", import.meta.url), "utf8");
  for (const { name } of rows) expect([name, page.includes(`| ${name} |`)]).toEqual([name, true]);
});

test("an image is not estimated by its bytes, nor above what was held for", async () => {
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(400_000)}` } };
  const row = {
    ...whole,
    name: "",
    plays: [[{ passMs: 60 }, "close"]],
    outcome: "error",
    input: 0,
    output: 0,
    isEstimated: true,
  } as const;
  const { governance, inputEstimate } = await play(row, [{ type: "text", text: "hi" }, image]);
  const [record] = governance.records;
  expect(inputEstimate).toBeGreaterThan(100_000);
  expect(record?.usage?.input).toBeLessThan(1200);
  expect(record?.usage?.estimated).toBe(true);
});

async function play(row: Row, content: Json = "hi") {
  const { operation = "completion", dialect = "openai-chat", stream = false } = row;
  const time = createManualTime(5, Date.UTC(2026, 0));
  const firstRead = Promise.withResolvers<void>();
  const client = new AbortController();
  const onRequest = () => {
    if (row.client === "leaves before the answer") client.abort();
  };
  const provider = startRawProvider(row.plays, { time, read: firstRead.promise, onRequest });
  cleanups.push(provider.stop);
  if (row.plays.length === 0) provider.stop();
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const [money, tokens] = (["nanodollars", "tokens"] as const).map((unit) =>
    governance.limit({ kind: "budget", unit, amount: 1e12, mode: "soft", period: { kind: "none" } }),
  );
  if (money === undefined || tokens === undefined) throw new Error("two limits");
  const body = Buffer.from(
    JSON.stringify({ model: "m", max_tokens: 500, stream, messages: [{ role: "user", content }], input: "hi" }),
  );
  const { ledger, journal } = governance;
  journal.state.fails = row.journalFails ?? false;
  const targets = (row.prices ?? [1_000_000]).map((price, index) =>
    targetAt(provider.url, row.provider ?? dialect, price, index, row.retries ?? 0),
  );
  const snapshot = snapshotLeadingTo(targets, governance.key([money, tokens]));
  const closing = new AbortController();
  cleanups.push(() => closing.abort());
  const infer = scratchPipeline({
    ledger,
    journal,
    snapshot: () => snapshot,
    upstream: createUpstreamClient({ closing: closing.signal, ticker: time.ticker }),
    sleep: async () => undefined,
    random: () => 0.5,
    // The failing journal is one.
    onInternalError: (error) => expect(row.journalFails ? undefined : error).toBeUndefined(),
  });
  const response = await infer(
    inferenceWith(body, { operation, dialect, signal: client.signal, secret: () => scratchSecret }),
  );
  await read(response, firstRead.resolve, row.client === "leaves the stream" ? client : undefined);
  return { governance, money: money.slot.index, tokens: tokens.slot.index, inputEstimate: Math.ceil(body.length / 4) };
}

/** Reads an answer to its end, or up to its first bytes. */
async function read(
  { body }: InferenceResponse,
  onPiece: () => void,
  leaving: AbortController | undefined,
): Promise<void> {
  if (typeof body === "string" || body instanceof Uint8Array) return;
  const write = ({ length }: Uint8Array) => {
    onPiece();
    leaving?.abort();
    if (leaving !== undefined) body.leave();
    return length;
  };
  await body.sendTo({ write, flush: () => 0 });
}

function targetAt(url: string, dialect: DialectId, price: number | undefined, index: number, retries: number): Target {
  const rates = price === undefined ? undefined : { ...plainPrice, input: price, output: price };
  const made = target(`p${index}`, "m", rates);
  const backoff = { max: retries, backoffInitialMs: 1, backoffMaxMs: 1 };
  const plain = price === undefined ? { ...made, facts: undefined } : made;
  return {
    ...plain,
    dialect: spoken(dialect, "/chat/completions"),
    provider: { ...made.provider, baseUrl: url, timeouts, retries: backoff },
  };
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
