import { afterAll, expect, test } from "bun:test";
import { systemClock } from "#core/clock";
import type { Completion, FinishReason } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { ProviderCredential } from "#core/inference";
import type { RequestRecord } from "#core/record";
import { inputTotal, noUsage, outputTotal, type Usage } from "#core/usage";
import { bytesOf, inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import type { JsonObject } from "#lib/json";
import { countedFamilies } from "#metrics/counted-metrics";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";
import { clients, completionIn, errorIn } from "./fixtures/clients";
import { finishOf, type Speaking, sentBy, speaking } from "./fixtures/said";
import type { Counts, Said } from "./fixtures/said/words";

// One behaviour of a provider has the same facts on every path: whole and streamed, passed and translated, whichever
// dialect the provider speaks, whether the operator pays for it or the client with its own credential. A row is a behaviour
// and what comes of it; a sibling is a line.

type Dialect = Speaking;
type Payer = "operator" | "client";

type Row = {
  readonly fact: string;
  readonly said: Said;
  /** Absent: the ways in which it can be said at all are both. */
  readonly only?: "streamed" | "whole";
  readonly provider?: Dialect | readonly Dialect[];
  /** Absent: it is the same whoever pays. */
  readonly payer?: Payer;
  readonly record: Partial<RequestRecord>;
  /** In nano-dollars: a dollar per million tokens, two at the tier `priority`. */
  readonly charge: number;
  /** What the client gets. */
  readonly status?: number;
  readonly told?: Told;
  readonly errorClass?: string;
  /** When the client leaves: before anything comes, or once it has the first bytes of a stream. */
  readonly leaves?: "before" | "inside";
  /** Words that the client must get, and those that it gets where its dialect has room for more than a message. */
  readonly words?: readonly string[];
  readonly details?: readonly string[];
  /** What a translated answer loses, and names; and what of it a client of the provider's dialect gets. */
  readonly lost?: string;
  readonly kept?: string;
  /** Types of an error that clients of each dialect are told. */
  readonly types?: { readonly [client in Dialect]?: string };
};

/** What the client's SDK reads out of the answer. */
type Told = {
  readonly text?: string;
  readonly reasoning?: { readonly text: string; readonly state: string | undefined };
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finish?: FinishReason;
  readonly usage?: Partial<Usage>;
};

const names = Object.keys(speaking).filter((name): name is Dialect => name in speaking);
/** Those whose errors have a type and room for more, and those that tell it their clients. */
const plain = ["openai-chat", "anthropic-messages", "openai-responses"] as const;
const ofAws = ["bedrock-converse", "bedrock-invoke"] as const;
const usage = { input: 100, cacheRead: 20, output: 50 };
/** Every class that a dialect can say; in nano-dollars, where a search is 10,000 and an hour's cache twice a token. */
const classes: { readonly [dialect in Dialect]: { readonly said: Counts; readonly charge: number } } = {
  "openai-chat": {
    said: {
      ...usage,
      cacheWrite: 30,
      inputAudio: 7,
      inputImage: 8,
      reasoning: 25,
      outputAudio: 5,
      outputImage: 6,
      searches: 2,
    },
    charge: 271_000,
  },
  "anthropic-messages": {
    said: { ...usage, cacheWrite: 30, cacheWrite1h: 15, reasoning: 25, searches: 2 },
    charge: 275_000,
  },
  "openai-responses": { said: { ...usage, cacheWrite: 30, reasoning: 25, searches: 2 }, charge: 245_000 },
  gemini: {
    said: { ...usage, inputAudio: 7, inputImage: 8, reasoning: 25, outputAudio: 5, outputImage: 6, searches: 2 },
    charge: 241_000,
  },
  "bedrock-converse": { said: { ...usage, cacheWrite: 30, cacheWrite1h: 15 }, charge: 230_000 },
  "bedrock-invoke": {
    said: { ...usage, cacheWrite: 30, cacheWrite1h: 15, reasoning: 25, searches: 2 },
    charge: 275_000,
  },
};
const counted = { ...noUsage, ...usage };
const letters = "x".repeat(40);
/** Of a request that is made as long as this needs, and of the forty letters of an answer. */
const estimated = { ...noUsage, input: 100, output: 10, estimated: true };
const calls = [
  { id: "c1", name: "f", arguments: '{"a":1}' },
  { id: "c2", name: "g", arguments: "{}" },
];
const busy = { message: "busy", type: "overloaded_error" };
const isBad = { message: "bad field", type: "invalid_request_error", code: 400 };
const details = { more: { failed_generation: "<f>{</f>", metadata: { raw: "upstream words" } } };

const half = { index: 0, message: { role: "assistant", content: "half" } };

/** Of the raw dialect alone, with usage. */
function chatAnswer(message: JsonObject): JsonObject {
  const choices = [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }];
  return { id: "c", model: "m", choices, usage: { prompt_tokens: 100, completion_tokens: 50 } };
}

const rows: readonly Row[] = [
  // An answer that is good.
  {
    fact: "usage",
    said: { usage },
    record: { outcome: "ok", usage: counted, cost: 170_000 },
    charge: 170_000,
    told: { text: letters, finish: "stop", usage },
  },
  ...names.map(
    (provider): Row => ({
      fact: "usage of every class",
      provider,
      said: { usage: classes[provider].said },
      record: { outcome: "ok", usage: { ...noUsage, ...classes[provider].said } },
      charge: classes[provider].charge,
    }),
  ),
  {
    fact: "the provider's bill",
    said: { usage: { ...usage, cost: 0.0005 } },
    provider: "openai-chat",
    payer: "operator",
    record: { outcome: "ok", billedCost: 500_000, listedCost: 170_000 },
    charge: 500_000,
  },
  {
    fact: "a bill that nothing can cost is noted alone",
    said: { usage: { ...usage, cost: 5 } },
    provider: "openai-chat",
    payer: "operator",
    record: { outcome: "ok", billedCost: 5e9, listedCost: 170_000 },
    charge: 170_000,
  },
  {
    fact: "the provider's bill, with an error after the first token",
    said: { error: { ...busy, at: "beside", usage: { ...usage, cost: 0.0005 } } },
    only: "streamed",
    provider: "openai-chat",
    payer: "operator",
    record: { outcome: "cut", billedCost: 500_000, listedCost: 170_000 },
    charge: 500_000,
  },
  {
    fact: "no usage: what is charged is told",
    said: {},
    record: { outcome: "ok", usage: estimated },
    charge: 110_000,
  },
  // Usage that cannot be true, side by side.
  {
    fact: "usage of nothing beside a text",
    said: { usage: { input: 0, output: 0 } },
    record: { outcome: "ok", usage: estimated },
    charge: 110_000,
  },
  {
    fact: "usage of no input",
    said: { usage: { input: 0, output: 50 } },
    record: { outcome: "ok", usage: { ...estimated, output: 50 } },
    charge: 150_000,
  },
  {
    fact: "usage of no output beside a text",
    said: { usage: { input: 100, cacheRead: 20, output: 0 } },
    record: { outcome: "ok", usage: { ...counted, output: 10, estimated: true } },
    charge: 130_000,
  },
  {
    fact: "usage of more input than the model can read",
    said: { usage: { input: 5_000_000, output: 50 } },
    record: { outcome: "ok", usage: { ...estimated, output: 50 } },
    charge: 150_000,
  },
  {
    fact: "usage of more output than the model can write",
    said: { usage: { input: 100, cacheRead: 20, output: 900_000_000 } },
    record: { outcome: "ok", usage: { ...counted, output: 10, estimated: true } },
    charge: 130_000,
  },
  {
    fact: "finish: length",
    said: { usage, finish: "length" },
    record: { outcome: "ok" },
    charge: 170_000,
    told: { finish: "length" },
  },
  {
    fact: "finish: a word that nobody knows",
    said: { usage, finish: "strange" },
    record: { outcome: "ok" },
    charge: 170_000,
  },
  {
    fact: "service tier",
    said: { usage, tier: "priority" },
    record: { outcome: "ok", serviceTier: "priority", cost: 340_000 },
    charge: 340_000,
  },
  {
    fact: "service tier without usage",
    said: { tier: "priority" },
    provider: "openai-chat",
    record: { outcome: "ok", serviceTier: "priority", usage: estimated },
    charge: 220_000,
  },
  {
    fact: "calls",
    said: { usage, calls, text: "", finish: "calls" },
    record: { outcome: "ok" },
    charge: 170_000,
    told: { text: "", calls, finish: "tool-calls" },
  },
  {
    fact: "calls that the finish does not tell of",
    said: { usage, calls, finish: "end" },
    provider: "openai-chat",
    record: { outcome: "ok" },
    charge: 170_000,
    told: { calls },
  },
  {
    fact: "reasoning with its state",
    said: { usage, reasoning: { text: "hm", signature: "c2ln" } },
    record: { outcome: "ok" },
    charge: 170_000,
    told: { text: letters, reasoning: { text: "hm", state: "c2ln" } },
    provider: names.filter((name) => name !== "openai-responses"),
  },
  // Content that other providers write otherwise. A chunk holds all of it.
  ...[
    { what: "an object (Cloudflare's JSON mode)", content: { a: 1, b: [2] }, said: '{"a":1,"b":[2]}' },
    {
      what: "a list of texts",
      content: [
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ],
      said: "ab",
    },
    { what: "a number", content: 42, said: "42" },
  ].map(
    ({ what, content, said }): Row => ({
      fact: `content that is ${what}`,
      said: { text: said, raw: chatAnswer({ content }) },
      provider: "openai-chat",
      record: { outcome: "ok", usage: { ...noUsage, input: 100, output: 50 } },
      charge: 150_000,
      told: { text: said, finish: "stop" },
    }),
  ),
  {
    fact: "an annotation that names a file",
    said: {
      text: "hi",
      raw: chatAnswer({
        content: "hi",
        annotations: [{ type: "file", file: { hash: "h1", name: "a.pdf", content: [{ type: "text", text: "page" }] } }],
      }),
    },
    provider: "openai-chat",
    record: { outcome: "ok" },
    charge: 150_000,
    told: { text: "hi" },
    lost: "citations",
    kept: '"hash":"h1"',
  },
  // An error before the answer.
  {
    fact: "error of a type that stands for a status",
    said: { error: busy },
    record: { outcome: "error", errorCode: "upstream_error" },
    charge: 0,
    status: 502,
    errorClass: "unavailable",
    words: ["busy"],
    types: { "openai-chat": "overloaded_error", "anthropic-messages": "overloaded_error" },
  },
  {
    fact: "error about the request",
    said: { error: isBad },
    record: { outcome: "error", status: 400, errorCode: "upstream_error", errorMessage: "bad field" },
    charge: 0,
    status: 400,
    errorClass: "bad-request",
    words: ["bad field"],
    types: { "openai-chat": "invalid_request_error", "anthropic-messages": "invalid_request_error" },
  },
  {
    fact: "error about the request, as JSON in place of a stream",
    said: { error: { ...isBad, at: "json" } },
    record: { outcome: "error", status: 400, errorMessage: "bad field" },
    charge: 0,
    status: 400,
    errorClass: "bad-request",
  },
  {
    fact: "error about the context",
    said: { error: { message: "prompt is too long: 9 tokens > 8 maximum", code: "400" } },
    record: { outcome: "error", status: 400 },
    charge: 0,
    status: 400,
    errorClass: "context-length",
  },
  {
    fact: "error about the model",
    said: { error: { message: "no such", type: "not_found_error" } },
    record: { outcome: "error", status: 404, errorCode: "upstream_error", errorMessage: "no such" },
    charge: 0,
    status: 404,
    errorClass: "unknown-model",
    words: ["no such"],
    details: ["not_found_error"],
    provider: names.filter((name) => !ofAws.some((each) => each === name)),
  },
  {
    fact: "error whose code is a status",
    said: { error: { message: "slow down", code: "429" } },
    record: { outcome: "error", status: 429, errorMessage: "slow down" },
    charge: 0,
    status: 429,
    errorClass: "rate-limited",
    types: { "openai-chat": "rate_limit_error", "anthropic-messages": "rate_limit_error" },
  },
  {
    fact: "error of a type that stands for nothing",
    said: { error: { message: "odd", type: "odd_error" } },
    record: { outcome: "error", errorMessage: 'The provider "p" answered with an error: odd' },
    charge: 0,
    status: 502,
    errorClass: "server-error",
    words: ["odd"],
  },
  {
    fact: "error without a type",
    said: { error: { message: "odd" } },
    record: { outcome: "error", errorCode: "upstream_error" },
    charge: 0,
    status: 502,
    errorClass: "server-error",
  },
  {
    fact: "error in plain words",
    said: { error: { message: "the server is overloaded", at: "words" } },
    only: "streamed",
    record: { outcome: "error", errorCode: "upstream_error" },
    charge: 0,
    status: 502,
    errorClass: "unavailable",
    words: ["the server is overloaded"],
  },
  {
    fact: "error with what only its provider says",
    said: { error: { ...isBad, ...details } },
    record: { outcome: "error", status: 400 },
    charge: 0,
    status: 400,
    errorClass: "bad-request",
    details: ["<f>{</f>", "upstream words"],
  },
  {
    fact: "error with usage",
    said: { error: { message: "odd", usage } },
    record: { outcome: "error", usage: counted },
    charge: 170_000,
    status: 502,
    errorClass: "server-error",
  },
  {
    fact: "error with usage, as JSON in place of a stream",
    said: { error: { message: "odd", usage, at: "json" } },
    only: "streamed",
    record: { outcome: "error", usage: counted },
    charge: 170_000,
    status: 502,
    errorClass: "server-error",
  },
  {
    fact: "error status with type and details",
    said: { status: 429, error: { message: "slow down", type: "rate_limit_error", ...details } },
    record: { outcome: "error", errorCode: "upstream_error", errorMessage: "slow down" },
    charge: 0,
    status: 429,
    errorClass: "rate-limited",
    words: ["slow down"],
    details: ["<f>{</f>"],
  },
  // The shapes that errors have at look-alikes.
  ...[
    {
      shape: "OpenRouter: in a choice",
      raw: { choices: [{ ...half, finish_reason: "error", error: { code: 502, message: "busy" } }] },
    },
    { shape: "beside choices", raw: { choices: [half], error: { code: 502, message: "busy" } } },
    { shape: "vLLM: the whole answer", raw: { object: "error", message: "busy", code: 502 } },
    {
      shape: "MiniMax: beside no choices",
      raw: { choices: null, base_resp: { status_code: 502, status_msg: "busy" } },
    },
    { shape: "a text", raw: { error: "busy", code: 502 } },
  ].map(
    ({ shape, raw }): Row => ({
      fact: `error of ${shape}`,
      said: { raw },
      provider: "openai-chat",
      record: { outcome: "error", errorCode: "upstream_error" },
      charge: 0,
      status: 502,
      errorClass: "unavailable",
      words: ["busy"],
    }),
  ),
  ...["error", "insufficient_system_resource", "network_error"].map(
    (word): Row => ({
      fact: `finish of a broken answer: ${word}`,
      said: { raw: { choices: [{ ...half, finish_reason: word }] } },
      provider: "openai-chat",
      record: { outcome: "error", errorCode: "upstream_error" },
      charge: 0,
      status: 502,
      errorClass: "server-error",
    }),
  ),
  ...[null, "", {}, []].map(
    (error): Row => ({
      fact: `no error: ${JSON.stringify(error)} beside an answer`,
      said: {
        text: "half",
        usage,
        raw: {
          choices: [{ ...half, finish_reason: "stop" }],
          usage: { prompt_tokens: 100, completion_tokens: 50 },
          error,
        },
      },
      provider: "openai-chat",
      record: { outcome: "ok", usage: { ...noUsage, input: 100, output: 50 } },
      charge: 150_000,
    }),
  ),
  ...[{ choices: [] }, { choices: null }, {}].map(
    (raw): Row => ({
      fact: `no answer: ${JSON.stringify(raw)}`,
      said: { raw: { id: "c", model: "m", ...raw } },
      only: "whole",
      provider: "openai-chat",
      record: { outcome: "error", errorCode: "upstream_invalid_response" },
      charge: 100_000,
      status: 502,
      errorClass: "invalid-answer",
    }),
  ),
  // An error beside a part of the answer: a whole one is no answer, a stream has begun.
  {
    fact: "error beside a part of a whole answer",
    provider: names.filter((name) => name !== "bedrock-converse"),
    said: { error: { ...busy, at: "beside" }, usage },
    only: "whole",
    record: { outcome: "error", errorCode: "upstream_error", usage: counted },
    charge: 170_000,
    status: 502,
    errorClass: "unavailable",
    words: ["busy"],
  },
  {
    fact: "error beside a part of a whole answer, about the request",
    provider: names.filter((name) => name !== "bedrock-converse"),
    said: { error: { ...isBad, at: "beside" } },
    only: "whole",
    record: { outcome: "error", status: 400 },
    charge: 0,
    status: 400,
    errorClass: "bad-request",
  },
  {
    fact: "error after the first token",
    said: { error: { ...busy, at: "beside" } },
    only: "streamed",
    record: { outcome: "cut", status: 200, errorCode: "upstream_error", usage: estimated },
    charge: 110_000,
    words: ["busy"],
    types: { "openai-chat": "overloaded_error", "anthropic-messages": "overloaded_error" },
  },
  {
    fact: "error after the first token, whose code is a status, with details",
    said: { error: { message: "slow down", code: 429, at: "beside", ...details } },
    only: "streamed",
    record: { outcome: "cut", status: 200, errorCode: "upstream_error" },
    charge: 110_000,
    words: ["slow down"],
    details: ["<f>{</f>", "upstream words"],
    types: { "openai-chat": "rate_limit_error", "anthropic-messages": "rate_limit_error" },
  },
  {
    fact: "error after the first token, with usage",
    said: { error: { ...busy, at: "beside", usage } },
    only: "streamed",
    record: { outcome: "cut", usage: counted },
    charge: 170_000,
  },
  // What is no answer at all: charged where the provider sent something, for it may have worked.
  ...[
    "<html>Sign in</html>",
    "<html>\n\n<p>\n\n",
    "\u001f\ufffd\b packed",
    "null",
    '"a text"',
    "plain words",
    '[{"a": 1}]',
    '[{"a": 1},{"b": 2}]',
    "{",
  ].map(
    (bytes): Row => ({
      fact: `no answer: ${JSON.stringify(bytes)}`,
      said: { bytes },
      record: { outcome: "error", errorCode: "upstream_invalid_response", usage: { ...estimated, output: 0 } },
      charge: 100_000,
      status: 502,
      errorClass: "invalid-answer",
    }),
  ),
  ...["", "\n\n"].map(
    (bytes): Row => ({
      fact: `nothing: ${JSON.stringify(bytes)}`,
      said: { bytes },
      // A blank line is a sign of life, which opens a stream that no other target can answer.
      ...(bytes !== "" && { only: "whole" }),
      record: { outcome: "error", errorCode: "upstream_invalid_response" },
      charge: 0,
      status: 502,
      errorClass: "empty-answer",
    }),
  ),
  // A client that leaves.
  {
    fact: "the client leaves before the answer",
    said: { usage, tier: "priority" },
    leaves: "before",
    record: { outcome: "client-gone", status: 499, errorCode: "client_closed", usage: { ...estimated, output: 0 } },
    charge: 100_000,
    status: 499,
    errorClass: "client-gone",
  },
  {
    fact: "the client leaves inside the answer",
    said: {},
    leaves: "inside",
    only: "streamed",
    record: { outcome: "client-gone", status: 499, errorCode: "client_closed", usage: estimated },
    charge: 110_000,
  },
  {
    fact: "the client leaves inside the answer, its tier is known",
    said: { tier: "priority" },
    leaves: "inside",
    only: "streamed",
    provider: "openai-chat",
    record: { outcome: "client-gone", status: 499, serviceTier: "priority", usage: estimated },
    charge: 220_000,
  },
  {
    fact: "the client leaves inside the answer, its input is known",
    said: { usage: { input: 70, output: 1 } },
    leaves: "inside",
    only: "streamed",
    provider: "anthropic-messages",
    record: { outcome: "client-gone", status: 499, usage: { ...estimated, input: 70 } },
    charge: 80_000,
  },
  // An answer that breaks off.
  {
    fact: "cut in the middle of a whole answer",
    said: { isCut: true },
    only: "whole",
    record: { outcome: "error", errorCode: "upstream_invalid_response" },
    charge: 100_000,
    status: 502,
    errorClass: "invalid-answer",
  },
  {
    fact: "cut after the first token",
    said: { isCut: true },
    only: "streamed",
    record: { outcome: "cut", status: 200, errorCode: "upstream_error", usage: estimated },
    charge: 110_000,
    types: { "openai-chat": "server_error", "anthropic-messages": "api_error" },
  },
];

const ways = [
  { stream: false, isTranslated: false },
  { stream: false, isTranslated: true },
  { stream: true, isTranslated: false },
  { stream: true, isTranslated: true },
];

/** The credential that the client brings for the provider; used where the key stands for it. */
const login: ProviderCredential = { scheme: "bearer", secret: "a-login-of-the-client" };

/** One for all: making it costs more than what is asked of it. */
const governance = scratchGovernance();
afterAll(governance.remove);
const counts = { soFar: metricsIn(countedFamilies(governance.admin.columns())) };

for (const provider of names) {
  for (const row of rows.filter((each) => each.provider === undefined || [each.provider].flat().includes(provider))) {
    for (const { isTranslated, stream } of ways.filter(
      ({ stream: streams }) => row.only === undefined || streams === (row.only === "streamed"),
    )) {
      for (const client of isTranslated ? names.filter((name) => name !== provider) : [provider]) {
        // A client's credential is the provider's own, and goes to no provider of another dialect.
        for (const payer of isTranslated || row.payer ? (["operator"] as const) : (["operator", "client"] as const)) {
          const way = `${stream ? "streamed" : "whole"}, ${isTranslated ? `for ${client}` : "passed"}`;
          test(`${row.fact}: ${provider}, ${way}, the ${payer} pays`, async () => {
            const came = await play(row, { client, payer, provider, stream });
            checkRecord(row, provider, came);
            checkAnswer(row, came);
          });
        }
      }
    }
  }
}

type Came = Awaited<ReturnType<typeof play>>;

function checkRecord(row: Row, provider: Dialect, { charge, client, metrics, payer, record, response }: Came): void {
  const { cost: _cost, ...said } = row.record;
  const own = "metadata" in clients[client].labels ? { endUser: "someone" } : {};
  expect(record).toMatchObject({ ...said, ...own, sessionId: "session", requestTags: ["blue"] });
  const paid = payer === "operator" ? row.charge : 0;
  expect([charge, response.status]).toEqual([paid, row.status ?? 200]);
  expect(record?.cost ?? 0).toBe(paid);
  expect(record?.paidBy).toBe(payer === "operator" ? undefined : "client");
  expect(record?.listedCost).toBe(payer === "operator" ? said.listedCost : row.charge || undefined);
  expect(response.headers).toMatchObject({ provider: "p", model: "m", attempts: record?.attempts.length });
  expect(record?.attempts[0]?.errorClass).toBe(row.errorClass);
  if (record?.outcome === "ok") expect(record.finishReason).toBe(finishOf(provider, row.said));
  const { errorCode, outcome = "" } = record ?? {};
  expect(metrics(`headgate_requests_total ${outcome}`)).toBe(1);
  if (errorCode !== undefined) expect(metrics(`headgate_errors_total ${errorCode}`)).toBe(1);
  expect(metrics("headgate_cost_dollars_total")).toBeCloseTo(paid / 1e9, 9);
  expect(metrics("headgate_tokens_total output")).toBe(record?.usage?.output ?? 0);
}

function checkAnswer(row: Row, { answer, client, completion, isTranslated, provider, record, stream }: Came): void {
  const text = answer.toString();
  const details = plain.some((name) => name === client) ? row.details : undefined;
  for (const words of [...(row.words ?? []), ...(details ?? [])])
    expect(text).toContain(JSON.stringify(words).slice(1, -1));
  if (row.lost !== undefined && isTranslated) expect(record?.dropped).toContain(row.lost);
  if (row.kept !== undefined && !isTranslated) expect(text).toContain(row.kept);
  if (record?.outcome === "ok") {
    expect(completion).toBeDefined();
    expect(toldBy(completion)).toMatchObject({ text: row.said.text ?? letters, ...row.told });
    if (isTranslated) expect(totalsOf(completion?.usage)).toEqual(totalsOf(record.usage));
    if (row.said.finish === "strange") expect(toldBy(completion).finish).not.toBe("stop");
  } else if (record?.outcome !== "client-gone") {
    const error = errorIn(client, answer, stream && record?.outcome === "cut");
    expect(typeof error.message).toBe("string");
    // AWS's own name stays where the client's dialect leaves a provider's.
    const type = ofAws.some((name) => name === provider) ? undefined : row.types?.[client];
    if (type !== undefined) expect(error.type).toBe(type);
  }
}

function totalsOf(counts: Usage = noUsage) {
  return { input: inputTotal(counts), output: outputTotal(counts) };
}

function toldBy(completion: Completion | undefined): Told {
  const items = completion?.items ?? [];
  const found = items.find((item) => item.kind === "reasoning");
  const { reason: finish } = completion?.finishes[0] ?? {};
  return {
    text: items.map((item) => (item.kind === "text" ? item.text : "")).join(""),
    ...(found?.kind === "reasoning" && { reasoning: { text: found.text, state: found.state?.value } }),
    calls: items.flatMap((item) =>
      item.kind === "tool-call" ? [{ id: item.id, name: item.name, arguments: item.arguments }] : [],
    ),
    ...(finish !== undefined && { finish }),
    ...(completion?.usage && { usage: completion.usage }),
  };
}

type Played = { readonly client: Dialect; readonly payer: Payer; readonly provider: Dialect; readonly stream: boolean };

async function play(row: Row, { client, payer, provider, stream }: Played) {
  const { leaves, said } = row;
  const { admin, journal, ledger, records } = governance;
  const money = governance.limit({
    ...{ kind: "budget", unit: "nanodollars", amount: 1e12, mode: "soft" },
    period: { kind: "none" },
  });
  const price = {
    ...plainPrice,
    cacheWrite1h: 2_000_000,
    perSearch: 10_000,
    serviceTiers: { priority: { input: 2_000_000, output: 2_000_000 } },
  };
  const made = target("p", "m", price);
  const key = payer === "client" ? { ...made.key, secret: "", fromClient: true as const } : made.key;
  const asked = {
    ...made,
    provider: { ...made.provider, bill: "usage.cost" as const },
    key,
    dialect: spoken(provider),
  };
  const snapshot = snapshotLeadingTo([asked], governance.key([money]), { maxAttempts: 1 });
  const leaving = new AbortController();
  const upstream: UpstreamClient = async ({ streams = false }) => {
    if (leaves === "before") {
      leaving.abort();
      throw new GatewayError("client_closed", "The request was given up");
    }
    const { body, status, type } = sentBy(provider, leaves === undefined ? said : { ...said, isCut: true }, streams);
    return answerOfPieces(status, new Headers({ "content-type": type }), leaves ? unended(body) : [body]);
  };
  // Time stands still where a client leaves, for what is written unseen goes by it.
  const clock = leaves && { ...systemClock, monotonicMs: () => 0 };
  const parts = { ledger, journal, snapshot: () => snapshot, upstream };
  const infer = scratchPipeline(clock ? { ...parts, clock } : parts);
  const { asksByPath, endpoint } = clients[client];
  const before = counts.soFar;
  const recorded = records.length;
  const response = await infer(
    inferenceWith(bodyFor(client, stream), {
      ...{ dialect: client, endpoint, query: client === "gemini" ? "?alt=sse" : "" },
      ...(asksByPath && { pathModel: "m", pathStream: stream }),
      secret: () => scratchSecret,
      providerCredential: () => login,
      header: (name) => (name === "x-headgate-session" ? "session" : null),
      headersLike: () => [["x-litellm-tags", "blue"]],
      signal: leaving.signal,
    }),
  );
  const { body } = response;
  const answer = await bytesOf(response, () => {
    if (leaves === undefined || typeof body === "string" || body instanceof Uint8Array) return;
    leaving.abort();
    body.leave();
  });
  const charge = admin.readSlot(money.slot.index).charged;
  const completion = response.status === 200 ? completionIn(client, answer, stream) : undefined;
  counts.soFar = metricsIn(countedFamilies(admin.columns()));
  const after = counts.soFar;
  const metrics = (sample: string) => (after[sample] ?? 0) - (before[sample] ?? 0);
  const isTranslated = client !== provider;
  return {
    answer,
    client,
    completion,
    response,
    record: records[recorded],
    charge,
    isTranslated,
    metrics,
    payer,
    provider,
    stream,
  };
}

async function* unended(body: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  yield body;
  await new Promise(() => undefined);
}

/** 400 bytes: 100 tokens, estimated. */
function bodyFor(client: Dialect, stream: boolean): string {
  const { body, labels } = clients[client];
  const made = (content: string) => JSON.stringify({ ...body(content, stream), ...labels });
  return made("h".repeat(400 - made("").length));
}

/** By name and first label. */
function metricsIn(families: ReturnType<typeof countedFamilies>): { readonly [sample: string]: number } {
  const found: Record<string, number> = {};
  for (const { samples } of families)
    for (const { name, labels, value } of samples) {
      const key = [name, ...Object.values(labels).slice(0, 1)].join(" ");
      found[key] = (found[key] ?? 0) + value;
    }
  return found;
}
