import { afterEach, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { eventLine, exceptionLine, writeEventStream } from "#dialects/event-stream-text";
import { bytesOf, inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createEventStreamParser } from "#lib/event-stream-parser";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";

// What holds of every endpoint: a budget refuses before anything is asked, what was used is charged, and what ends early is
// never a clean end. AWS's, passed to a provider of the same dialect and translated to one of another.

type Script = { readonly whole: string; readonly streamed: readonly Uint8Array[] };
type Scripts = { readonly [dialect: string]: Script };

const usage = { inputTokens: 100, outputTokens: 50, totalTokens: 150 };
const message = {
  ...{ id: "msg_1", type: "message", role: "assistant", model: "m", stop_reason: "end_turn", stop_sequence: null },
  ...{ content: [{ type: "text", text: "Hello" }], usage: { input_tokens: 100, output_tokens: 50 } },
};
const messageEvents = [
  {
    type: "message_start",
    message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 100, output_tokens: 1 } },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 50 } },
  { type: "message_stop" },
];
const frames = (lines: readonly string[]) => lines.map(writeEventStream);
const inChunk = (event: object) => ({ bytes: Buffer.from(JSON.stringify(event)).toString("base64") });

const scripts: Scripts = {
  "bedrock-converse": {
    whole: JSON.stringify({
      ...{ output: { message: { role: "assistant", content: [{ text: "Hello" }] } }, stopReason: "end_turn" },
      ...{ usage, metrics: { latencyMs: 1 } },
    }),
    streamed: frames([
      eventLine("messageStart", '{"role":"assistant"}'),
      eventLine("contentBlockDelta", '{"contentBlockIndex":0,"delta":{"text":"Hello"},"p":"abc"}'),
      eventLine("contentBlockStop", '{"contentBlockIndex":0}'),
      eventLine("messageStop", '{"stopReason":"end_turn"}'),
      eventLine("metadata", JSON.stringify({ usage, metrics: { latencyMs: 1 } })),
    ]),
  },
  "bedrock-invoke": {
    whole: JSON.stringify(message),
    streamed: frames(messageEvents.map((event) => eventLine("chunk", JSON.stringify(inChunk(event))))),
  },
  "anthropic-messages": {
    whole: JSON.stringify(message),
    streamed: messageEvents.map((event) => Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)),
  },
};

const hello = "h".repeat(300);
const converse = JSON.stringify({
  messages: [{ role: "user", content: [{ text: hello }] }],
  inferenceConfig: { maxTokens: 500 },
});
const invoke = JSON.stringify({
  ...{ anthropic_version: "bedrock-2023-05-31", max_tokens: 500, messages: [{ role: "user", content: hello }] },
});

const endpoints = [
  { endpoint: "converse", dialect: "bedrock-converse", body: converse, stream: false },
  { endpoint: "converse", dialect: "bedrock-converse", body: converse, stream: true },
  { endpoint: "invoke", dialect: "bedrock-invoke", body: invoke, stream: false },
  { endpoint: "invoke", dialect: "bedrock-invoke", body: invoke, stream: true },
] as const;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type Play = {
  readonly provider: string;
  readonly amount?: number;
  /** What is left of the provider's stream, and what follows it. */
  readonly streamed?: (pieces: readonly Uint8Array[]) => readonly Uint8Array[];
  readonly leaves?: boolean;
};

async function play({ body, dialect, endpoint, stream }: (typeof endpoints)[number], how: Play) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { admin, journal, ledger, records } = governance;
  const budget = governance.limit({
    ...{ kind: "budget", unit: "nanodollars", amount: how.amount ?? 1e12, mode: "hard" },
    period: { kind: "none" },
  });
  const made = { ...target("p", "m", plainPrice), dialect: spoken(how.provider) };
  const snapshot = snapshotLeadingTo([made], governance.key([budget]), { maxAttempts: 1 });
  const leaving = new AbortController();
  const asked: { readonly url: string; readonly body: string }[] = [];
  const upstream: UpstreamClient = async ({ body: sent = "", streams = false, url }) => {
    asked.push({ url, body: Buffer.from(sent).toString() });
    if (how.leaves === true && !streams) {
      leaving.abort();
      throw new GatewayError("client_closed", "The request was given up");
    }
    const { streamed, whole } = scripts[how.provider] ?? { whole: "", streamed: [] };
    const pieces = (how.streamed ?? ((all) => all))(streamed);
    const type = how.provider === "anthropic-messages" ? "text/event-stream" : "application/vnd.amazon.eventstream";
    const headers = new Headers({ "content-type": streams ? type : "application/json" });
    const open = how.leaves === true ? unended(pieces) : pieces;
    return answerOfPieces(200, headers, streams ? open : [Buffer.from(whole)]);
  };
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
  const change = { dialect, endpoint, pathModel: "m", pathStream: stream, secret: () => scratchSecret };
  const response = await infer(inferenceWith(body, { ...change, signal: leaving.signal }));
  const answer = await bytesOf(response, () => {
    if (how.leaves !== true || typeof response.body === "string" || response.body instanceof Uint8Array) return;
    leaving.abort();
    response.body.leave();
  });
  const { charged, held } = admin.readSlot(budget.slot.index);
  return { answer, asked, charged, held, record: records[0], response };
}

async function* unended(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces.slice(0, 3);
  await new Promise(() => undefined);
}

for (const row of endpoints) {
  for (const provider of [row.dialect, "anthropic-messages"]) {
    const way = `${row.endpoint}${row.stream ? ", streamed" : ""}, at ${provider}`;

    test(`${way}: what was used is charged once, and the answer is the client's`, async () => {
      const { answer, asked, charged, record, response } = await play(row, { provider });
      expect([response.status, charged, record?.outcome]).toEqual([200, 150_000, "ok"]);
      expect(record).toMatchObject({ endpoint: row.endpoint, usage: { input: 100, output: 50, estimated: false } });
      expect(response.headers.own).toHaveProperty("x-amzn-requestid");
      expect(asked[0]?.url).toContain(provider === row.dialect ? "/model/m/" : "/messages");
      if (provider === row.dialect) {
        const { streamed = [], whole } = scripts[provider] ?? {};
        expect(answer.equals(row.stream ? Buffer.concat(streamed) : Buffer.from(whole ?? ""))).toBe(true);
        expect(asked[0]?.body).toBe(row.body);
      }
    });

    test(`${way}: a budget refuses before anything is asked, in AWS's words`, async () => {
      const { asked, answer, charged, response } = await play(row, { provider, amount: 1000 });
      expect([response.status, charged, asked.length]).toEqual([402, 0, 0]);
      expect(response.headers.own).toMatchObject({ "x-amzn-errortype": "ServiceQuotaExceededException" });
      expect(Object.keys(JSON.parse(answer.toString()))).toEqual(["message"]);
    });

    test(`${way}: a client that leaves is recorded, and holds nothing any more`, async () => {
      const { held, record } = await play(row, { provider, leaves: true });
      expect([record?.outcome, held]).toEqual(["client-gone", 0]);
    });

    if (!row.stream) continue;
    test(`${way}: a stream that is cut ends with an exception, and what came is charged`, async () => {
      const { answer, charged, record } = await play(row, { provider, streamed: (all) => all.slice(0, 3) });
      const events = createEventStreamParser().push(answer);
      expect(events.at(-1)).toMatchObject({ messageType: "exception" });
      expect(events.some(({ event }) => event === "metadata" || event === "messageStop")).toBe(false);
      expect(record).toMatchObject({ outcome: "cut", errorCode: "upstream_error" });
      expect(charged).toBeGreaterThan(0);
    });
  }
}

test("converse, streamed: a provider's exception is told as the client's dialect tells it, and quoted", async () => {
  const [row] = endpoints.filter(({ stream }) => stream);
  const broken = frames([exceptionLine("throttlingException", '{"message":"Too many tokens"}')]);
  const came =
    row && (await play(row, { provider: "bedrock-converse", streamed: (all) => [...all.slice(0, 2), ...broken] }));
  const last = createEventStreamParser()
    .push(came?.answer ?? new Uint8Array())
    .at(-1);
  expect(last).toMatchObject({ messageType: "exception", event: "throttlingException" });
  expect(last?.data).toContain("Too many tokens");
  expect(came?.record?.outcome).toBe("cut");
});

test("converse: the output limit that a budget sets is written where the dialect has it", async () => {
  const [row] = endpoints;
  const body = JSON.stringify({
    messages: [{ role: "user", content: [{ text: "h" }] }],
    inferenceConfig: { temperature: 0.5 },
  });
  const { asked, response } = await play({ ...row, body }, { provider: "bedrock-converse", amount: 3_000_000 });
  expect(response.status).toBe(200);
  expect(response.headers.capped).toBeGreaterThan(0);
  expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({
    inferenceConfig: { temperature: 0.5, maxTokens: response.headers.capped },
  });
});
