import { afterEach, expect, test } from "bun:test";
import type { DialectId } from "#core/completion";
import type { RequestRecord } from "#core/record";
import { noUsage } from "#core/usage";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
  textOf,
} from "#fixtures/scratch-pipeline";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import type { JsonObject } from "#lib/json";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";

/** What a provider says in its answer, whatever its dialect and however it sends it. */
type Said = {
  readonly finish?: "end" | "length";
  readonly usage?: { readonly input: number; readonly cacheRead?: number; readonly output: number };
  readonly tier?: "priority";
  /** In place of an answer under status 200, or of its first event; `late`: after the first token, in streams alone. */
  readonly error?: {
    readonly message: string;
    readonly type?: string;
    readonly code?: string;
    readonly late?: boolean;
  };
  /** The HTTP status; 200 when absent. */
  readonly status?: number;
};

/** A fact, and what the record has of it in every way of answering. */
type Row = {
  readonly fact: string;
  readonly said: Said;
  readonly record: Partial<RequestRecord>;
  /** In nano-dollars: a dollar per million tokens, two at the tier `priority`. */
  readonly charge: number;
  /** What the client gets. */
  readonly status?: number;
  readonly errorClass?: string;
  /** Words that the client must get. */
  readonly words?: readonly string[];
};

const text = "x".repeat(40);
const usage = { input: 100, cacheRead: 20, output: 50 };
const counted = { ...noUsage, ...usage };
const overloaded = { message: "busy", type: "overloaded_error" };

const rows: readonly Row[] = [
  {
    fact: "usage, of every class",
    said: { usage },
    record: { outcome: "ok", usage: counted, cost: 170_000 },
    charge: 170_000,
  },
  {
    fact: "no usage: characters of output",
    said: {},
    record: { outcome: "ok", usage: { ...noUsage, input: 40, output: 10, estimated: true } },
    charge: 50_000,
  },
  { fact: "finish reason: end", said: { usage, finish: "end" }, record: { outcome: "ok" }, charge: 170_000 },
  { fact: "finish reason: length", said: { usage, finish: "length" }, record: { outcome: "ok" }, charge: 170_000 },
  {
    fact: "service tier",
    said: { usage, tier: "priority" },
    record: { outcome: "ok", serviceTier: "priority", cost: 340_000 },
    charge: 340_000,
  },
  {
    fact: "error in place of an answer, of a type that stands for a status",
    said: { error: overloaded },
    record: { outcome: "error", errorCode: "upstream_error" },
    charge: 0,
    status: 502,
    errorClass: "unavailable",
    words: ["busy"],
  },
  {
    fact: "error in place of an answer, about the request",
    said: { error: { message: "no such", type: "not_found_error" } },
    record: { outcome: "error", status: 404, errorCode: "upstream_error", errorMessage: "no such" },
    charge: 0,
    status: 404,
    errorClass: "unknown-model",
    words: ["no such", "not_found_error"],
  },
  {
    fact: "error in place of an answer, of a type that stands for nothing",
    said: { error: { message: "odd", type: "odd_error" } },
    record: {
      outcome: "error",
      errorCode: "upstream_error",
      errorMessage: 'The provider "p" answered with an error: odd',
    },
    charge: 0,
    status: 502,
    errorClass: "server-error",
    words: ["odd"],
  },
  {
    fact: "error in place of an answer, without a type",
    said: { error: { message: "odd" } },
    record: { outcome: "error", errorCode: "upstream_error" },
    charge: 0,
    status: 502,
    errorClass: "server-error",
  },
  {
    fact: "error in place of an answer, whose code is a status",
    said: { error: { message: "slow down", code: "429" } },
    record: { outcome: "error", status: 429, errorMessage: "slow down" },
    charge: 0,
    status: 429,
    errorClass: "rate-limited",
  },
  {
    fact: "error status with type",
    said: { status: 429, error: { message: "slow down", type: "rate_limit_error" } },
    record: { outcome: "error", errorCode: "upstream_error", errorMessage: "slow down" },
    charge: 0,
    status: 429,
    errorClass: "rate-limited",
    words: ["slow down", "rate_limit_error"],
  },
  {
    fact: "error after the first token",
    said: { error: { ...overloaded, late: true } },
    record: { outcome: "cut", status: 200, errorCode: "upstream_error" },
    charge: 50_000,
    words: ["busy", "overloaded_error"],
  },
];

const ways = [
  { what: "whole, passed", stream: false, isTranslated: false },
  { what: "whole, translated", stream: false, isTranslated: true },
  { what: "streamed, passed", stream: true, isTranslated: false },
  { what: "streamed, translated", stream: true, isTranslated: true },
];

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

for (const provider of ["openai-chat", "anthropic-messages"] as const) {
  for (const row of rows) {
    for (const way of ways.filter(({ stream }) => stream || row.said.error?.late !== true)) {
      test(`${row.fact}: ${provider}, ${way.what}`, async () => {
        const { answer, charge, record, response } = await play(row.said, provider, way);
        expect(record).toMatchObject(row.record);
        const finish = finishes[provider]?.[row.said.finish ?? "end"];
        if (row.said.error === undefined) expect(record?.finishReason).toBe(finish);
        expect(record?.attempts[0]?.errorClass).toBe(row.errorClass);
        expect([charge, response.status]).toEqual([row.charge, row.status ?? 200]);
        expect(response.headers).toMatchObject({ provider: "p", model: "m", attempts: 1 });
        for (const words of row.words ?? []) expect(answer).toContain(words);
      });
    }
  }
}

async function play(said: Said, provider: DialectId, { stream, isTranslated }: (typeof ways)[number]) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { admin, journal, ledger, records } = governance;
  const money = governance.limit({
    ...{ kind: "budget", unit: "nanodollars", amount: 1e12, mode: "soft" },
    period: { kind: "none" },
  });
  const price = { ...plainPrice, serviceTiers: { priority: { input: 2_000_000, output: 2_000_000 } } };
  const asked = { ...target("p", "m", price), dialect: spoken(provider) };
  const snapshot = snapshotLeadingTo([asked], governance.key([money]));
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream: saying(said, provider) });
  const clients = provider === "openai-chat" ? [{}, anthropicMessages] : [anthropicMessages, {}];
  // 160 bytes: 40 tokens, estimated.
  const body = { model: "m", max_tokens: 500, stream, messages: [{ role: "user", content: "hi" }] };
  const padded = { ...body, messages: [{ role: "user", content: "h".repeat(162 - JSON.stringify(body).length) }] };
  const response = await infer(
    inferenceWith(padded, { ...clients[isTranslated ? 1 : 0], secret: () => scratchSecret }),
  );
  const answer = await textOf(response);
  return { answer, response, record: records[0], charge: admin.readSlot(money.slot.index).charged };
}

/** A provider in this process. */
function saying(said: Said, dialect: DialectId): UpstreamClient {
  const write = dialect === "openai-chat" ? openai : anthropic;
  return async ({ streams = false }) => {
    const status = said.status ?? 200;
    const isStream = streams && status === 200;
    const bytes = Buffer.from(isStream ? write.stream(said) : JSON.stringify(write.whole(said)));
    const type = isStream ? "text/event-stream" : "application/json";
    return answerOfPieces(status, new Headers({ "content-type": type }), [bytes]);
  };
}

const finishes: { readonly [dialect: DialectId]: { readonly end: string; readonly length: string } } = {
  "openai-chat": { end: "stop", length: "length" },
  "anthropic-messages": { end: "end_turn", length: "max_tokens" },
};

const openai = {
  whole: ({ error, finish = "end", tier, usage: used }: Said): JsonObject => {
    if (error !== undefined) return { error: errorOf(error) };
    const message = { role: "assistant", content: text };
    const choices = [{ index: 0, message, finish_reason: finishes["openai-chat"]?.[finish] ?? null }];
    return {
      id: "c",
      model: "m",
      choices,
      ...(tier && { service_tier: tier }),
      ...(used && { usage: openaiUsage(used) }),
    };
  },
  stream: ({ error, finish = "end", tier, usage: used }: Said): string => {
    const chunk = (fields: JsonObject) => `data: ${JSON.stringify({ id: "c", model: "m", ...fields })}\n\n`;
    const failure = error && `data: ${JSON.stringify({ error: errorOf(error) })}\n\n`;
    const token = chunk({ choices: [{ index: 0, delta: { content: text } }], ...(tier && { service_tier: tier }) });
    if (failure !== undefined) return error?.late === true ? token + failure : failure;
    const end = chunk({ choices: [{ index: 0, delta: {}, finish_reason: finishes["openai-chat"]?.[finish] ?? null }] });
    return `${token}${end}${used ? chunk({ choices: [], usage: openaiUsage(used) }) : ""}data: [DONE]\n\n`;
  },
};

function errorOf({ message, type, code }: NonNullable<Said["error"]>): JsonObject {
  return { message, ...(type && { type }), ...(code && { code }) };
}

function openaiUsage({ cacheRead = 0, input, output }: NonNullable<Said["usage"]>): JsonObject {
  return {
    prompt_tokens: input + cacheRead,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: cacheRead },
  };
}

const anthropic = {
  whole: ({ error, finish = "end", tier, usage: used }: Said): JsonObject => {
    if (error !== undefined) return { type: "error", error: errorOf(error) };
    const stop = finishes["anthropic-messages"]?.[finish] ?? null;
    const message = { id: "m", type: "message", role: "assistant", model: "m", content: [{ type: "text", text }] };
    return { ...message, stop_reason: stop, ...(used && { usage: anthropicUsage(used, tier) }) };
  },
  stream: ({ error, finish = "end", tier, usage: used }: Said): string => {
    const event = (type: string, data: JsonObject) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
    const failure = error && event("error", { error: errorOf(error) });
    const message = { id: "m", type: "message", role: "assistant", model: "m", content: [] };
    const start =
      event("message_start", { message: { ...message, ...(used && { usage: anthropicUsage(used, tier) }) } }) +
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
    if (failure !== undefined) return error?.late === true ? start + failure : failure;
    const stop = { stop_reason: finishes["anthropic-messages"]?.[finish] ?? null };
    const last = event("message_delta", { delta: stop, ...(used && { usage: { output_tokens: used.output } }) });
    return `${start}${event("content_block_stop", { index: 0 })}${last}${event("message_stop", {})}`;
  },
};

function anthropicUsage({ cacheRead = 0, input, output }: NonNullable<Said["usage"]>, tier?: string): JsonObject {
  return {
    input_tokens: input,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
    ...(tier && { service_tier: tier }),
  };
}
