import { afterEach, expect, test } from "bun:test";
import { eventLine, exceptionLine, writeEventStream } from "#dialects/event-stream-text";
import { bytesOf, inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createEventStreamParser } from "#lib/event-stream-parser";
import { laidOut } from "#lib/pieced-bytes";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";

// What AWS's endpoints have beside what holds of all (`endpoints.test.ts`).

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
};

async function play({ body, dialect, endpoint, stream }: (typeof endpoints)[number], how: Play) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { journal, ledger, records } = governance;
  const budget = governance.limit({
    ...{ kind: "budget", unit: "nanodollars", amount: how.amount ?? 1e12, mode: "hard" },
    period: { kind: "none" },
  });
  const made = { ...target("p", "m", plainPrice), dialect: spoken(how.provider) };
  const snapshot = snapshotLeadingTo([made], governance.key([budget]), { maxAttempts: 1 });
  const asked: { readonly url: string; readonly body: string }[] = [];
  const upstream: UpstreamClient = async ({ body: sent = "", streams = false, url }) => {
    asked.push({ url, body: Buffer.from(laidOut(sent)).toString() });
    const { streamed, whole } = scripts[how.provider] ?? { whole: "", streamed: [] };
    const pieces = (how.streamed ?? ((all) => all))(streamed);
    const headers = new Headers({
      "content-type": streams ? "application/vnd.amazon.eventstream" : "application/json",
    });
    return answerOfPieces(200, headers, streams ? pieces : [Buffer.from(whole)]);
  };
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
  const change = { dialect, endpoint, pathModel: "m", pathStream: stream, secret: () => scratchSecret };
  const response = await infer(inferenceWith(body, change));
  const answer = await bytesOf(response);
  return { answer, asked, record: records[0], response };
}

for (const row of endpoints) {
  const way = `${row.endpoint}${row.stream ? ", streamed" : ""}`;

  test(`${way}: a request passes byte for byte, and its answer too`, async () => {
    const { answer, asked } = await play(row, { provider: row.dialect });
    const { streamed, whole } = scripts[row.dialect] ?? { whole: "", streamed: [] };
    expect(answer.equals(row.stream ? Buffer.concat(streamed) : Buffer.from(whole))).toBe(true);
    expect(asked.map(({ body }) => body)).toEqual([row.body]);
    expect(asked[0]?.url).toContain("/model/m/");
  });

  if (!row.stream) continue;
  test(`${way}: a stream that is cut ends with an exception, and with nothing that a whole one ends with`, async () => {
    const { answer, record } = await play(row, { provider: row.dialect, streamed: (all) => all.slice(0, 3) });
    const events = createEventStreamParser().push(answer);
    expect(events.at(-1)).toMatchObject({ messageType: "exception" });
    expect(events.some(({ event }) => event === "metadata" || event === "messageStop")).toBe(false);
    expect(record).toMatchObject({ outcome: "cut", errorCode: "upstream_error" });
  });
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
