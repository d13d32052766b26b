import { afterEach, describe, expect, test } from "bun:test";
import type { DialectId } from "#core/completion";
import type { RequestRecord } from "#core/record";
import type { Settings, VirtualKey } from "#core/snapshot";
import { inputTotal, outputTotal } from "#core/usage";
import { inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createManualTime, type ManualTime } from "#lib/fixtures/manual-time";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { createUpstreamClient } from "#upstream/client";
import { createDrains, type Drains } from "./drain";
import { type Play, startRawProvider, streamHead, wholeAnswer } from "./fixtures/raw-provider";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** What a request holds at most: 500 tokens of output, at 1,000 nano-dollars. */
const outputLimit = 500;

type Asked = { readonly dialect: DialectId; readonly stream: boolean; readonly plays: readonly Play[] };

const chatText = `data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"${"x".repeat(40)}"}}]}\n\n`;
const chatEnd =
  'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n' +
  'data: {"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":207}}\n\ndata: [DONE]\n\n';
const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const claudeStart =
  event("message_start", {
    message: { id: "m", model: "m", role: "assistant", content: [], usage: { input_tokens: 11, output_tokens: 1 } },
  }) + event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
const claudeText = event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "x".repeat(40) } });
const claudeEnd =
  event("content_block_stop", { index: 0 }) +
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 207 } }) +
  event("message_stop", {});
const chatWhole = wholeAnswer({
  id: "c",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 11, completion_tokens: 207 },
});
const claudeWhole = wholeAnswer({
  id: "m",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "hello" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 11, output_tokens: 207 },
});
const pause = { passMs: 200 };

/** What answers look like whose client leaves at their beginning. */
const answers = {
  "a whole chat completion": { dialect: "openai-chat", stream: false, plays: [[pause, chatWhole]] },
  "a whole message": { dialect: "anthropic-messages", stream: false, plays: [[pause, claudeWhole]] },
  "a streamed chat completion": {
    dialect: "openai-chat",
    stream: true,
    plays: [[streamHead, chatText, "await-read", pause, chatText, pause, chatEnd, "close"]],
  },
  "a streamed message": {
    dialect: "anthropic-messages",
    stream: true,
    plays: [[streamHead, claudeStart, claudeText, "await-read", pause, claudeText, pause, claudeEnd, "close"]],
  },
} as const satisfies { readonly [name: string]: Asked };

for (const [name, asked] of Object.entries(answers)) {
  describe(`${name} that its client leaves`, () => {
    test("is charged by what the provider says where it is drained", async () => {
      const record = await leave(asked, { onAbort: "drain" });
      expect(record).toMatchObject({ outcome: "client-gone", status: 499, cost: 218_000 });
      expect(record?.usage).toMatchObject({ input: 11, output: 207, estimated: false });
    });

    test("is charged by an estimate where the time for it runs out", async () => {
      const record = await leave(asked, { onAbort: "drain", drainMs: 50 });
      expect(record).toMatchObject({ outcome: "client-gone", status: 499, usage: { estimated: true } });
    });

    test("is charged by an estimate while the worker ends", async () => {
      const record = await leave(asked, { onAbort: "drain" }, { ending: true });
      expect(record).toMatchObject({ outcome: "client-gone", status: 499, usage: { estimated: true } });
    });

    test("is charged what was held where that is wanted", async () => {
      const record = await leave(asked, { onAbort: "full-hold" });
      expect(record?.usage?.estimated).toBe(true);
      expect(record?.usage && outputTotal(record.usage)).toBe(outputLimit);
      expect(record?.cost).toBeGreaterThan(1000 * (record?.usage ? inputTotal(record.usage) + outputLimit : 0) - 1);
    });

    test("goes by its key before the settings", async () => {
      const record = await leave(asked, { onAbort: "full-hold" }, { key: { onAbort: "drain" } });
      expect(record?.usage).toMatchObject({ input: 11, output: 207, estimated: false });
    });
  });
}

test("a client that is drained for asks no other target, and pays no more than one answer", async () => {
  const failing = [pause, "HTTP/1.1 500 X\r\ncontent-length: 2\r\n\r\n{}"] as const;
  const record = await leave(
    { dialect: "openai-chat", stream: false, plays: [failing, [chatWhole]] },
    { onAbort: "drain" },
  );
  expect(record?.attempts).toHaveLength(1);
  expect(record?.outcome).toBe("client-gone");
});

describe("createDrains()", () => {
  test("reads 64 answers on at a time, and the next once one of them is recorded", () => {
    const drains = createDrains(createManualTime().ticker);
    const watch = () => drains.watch(goneClient(), 1000);
    const running = Array.from({ length: 64 }, watch);
    for (const drain of running) drain.left();
    const one = watch();
    expect([running.every(({ isRunning }) => isRunning), one.signal.aborted, one.isRunning]).toEqual([
      true,
      true,
      false,
    ]);
    running[0]?.close();
    const next = watch();
    next.left();
    expect(next.isRunning).toBe(true);
  });

  test("reads nothing on for no time", () => {
    const drain = createDrains(createManualTime().ticker).watch(goneClient(), 0);
    expect([drain.signal.aborted, drain.isRunning]).toEqual([true, false]);
  });

  test("ends without waiting where nothing is read on", async () => {
    await createDrains(createManualTime().ticker).end();
  });
});

function goneClient() {
  const client = new AbortController();
  client.abort();
  return client;
}

type Change = { readonly ending?: boolean; readonly key?: Partial<VirtualKey> };

/** The record of a request whose client leaves: of a stream after its first piece, else once the provider was asked. */
async function leave(
  { dialect, plays, stream }: Asked,
  settings: Partial<Settings>,
  { ending = false, key = {} }: Change = {},
): Promise<RequestRecord | undefined> {
  const time = createManualTime(5, Date.UTC(2026, 0));
  const firstRead = Promise.withResolvers<void>();
  const client = new AbortController();
  const drains = createDrains(time.ticker);
  const onRequest = () => {
    if (!stream) leaveNow(client, drains, ending);
  };
  const provider = startRawProvider(plays, { time, read: firstRead.promise, onRequest });
  const governance = scratchGovernance();
  cleanups.push(provider.stop, governance.remove);
  const money = governance.limit({
    kind: "budget",
    unit: "nanodollars",
    amount: 1e12,
    mode: "hard",
    period: { kind: "none" },
  });
  const { ledger, journal } = governance;
  const snapshot = snapshotLeadingTo([targetAt(provider.url, dialect)], governance.key([money], key), settings);
  const infer = scratchPipeline({
    ledger,
    journal,
    drains,
    ticker: time.ticker,
    snapshot: () => snapshot,
    upstream: createUpstreamClient({ ticker: time.ticker }),
    sleep: async () => undefined,
  });
  const body = { model: "m", max_tokens: outputLimit, stream, messages: [{ role: "user", content: "hi" }] };
  const response = await infer(inferenceWith(body, { dialect, signal: client.signal, secret: () => scratchSecret }));
  const answer = response.body;
  if (typeof answer === "object" && "sendTo" in answer) {
    const write = ({ length }: Uint8Array) => {
      firstRead.resolve();
      leaveNow(client, drains, ending);
      answer.leave();
      return length;
    };
    await Promise.race([answer.sendTo({ write, flush: () => 0 }), running(time)]);
  }
  return governance.records[0];
}

function leaveNow(client: AbortController, drains: Drains, ending: boolean): void {
  client.abort();
  if (ending) void drains.end();
}

/** Time passes as long as the provider plays. */
async function running(time: ManualTime): Promise<void> {
  for (let turn = 0; turn < 400; turn++) await time.advance(1);
}

function targetAt(url: string, dialect: DialectId) {
  const made = target("p", "m");
  const timeouts = { connectMs: 1000, headersMs: 5000, firstTokenMs: 5000, idleMs: 5000, totalMs: 9000 };
  return {
    ...made,
    dialect: spoken(dialect, "/chat/completions"),
    provider: { ...made.provider, baseUrl: url, timeouts },
  };
}
