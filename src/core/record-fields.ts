import { namesOf } from "#lib/names-of";
import { errorTable } from "./errors";
import type { Fields, Shape } from "./record-field";
import type { Usage } from "./usage";

const id = { kind: "id" } as const;
const text = { kind: "text" } as const;
const number = { kind: "number" } as const;
const integer = { kind: "integer" } as const;
const flag = { kind: "flag" } as const;
const texts = { kind: "texts" } as const;

/** How requests end that were let in. */
export const requestOutcomes = ["ok", "error", "cut", "client-gone", "interrupted"] as const;
/** `refused`: before anything was held. Such records are extra: a sample, never counted among requests. */
export const recordOutcomes = [...requestOutcomes, "refused"] as const;

const usageShape = {
  required: {
    input: { type: number, number: 1, since: 1, shown: "input" },
    cacheRead: { type: number, number: 2, since: 1, shown: "cache_read" },
    cacheWrite: { type: number, number: 3, since: 1, shown: "cache_write" },
    cacheWrite1h: { type: number, number: 4, since: 1, shown: "cache_write_1h" },
    inputAudio: { type: number, number: 5, since: 1, shown: "input_audio", before: 0 },
    inputImage: { type: number, number: 6, since: 1, shown: "input_image", before: 0 },
    output: { type: number, number: 7, since: 1, shown: "output" },
    reasoning: { type: number, number: 8, since: 1, shown: "reasoning" },
    outputAudio: { type: number, number: 9, since: 1, shown: "output_audio", before: 0 },
    outputImage: { type: number, number: 10, since: 1, shown: "output_image", before: 0 },
    searches: { type: number, number: 11, since: 1, shown: "searches", before: 0 },
    estimated: { type: flag, number: 12, since: 1, shown: "estimated" },
  } satisfies Fields & { readonly [Name in keyof Usage]: unknown },
  optional: {},
} as const satisfies Shape;

export const attemptShape = {
  required: {
    provider: { type: text, number: 1, since: 1, shown: "provider" },
    model: { type: text, number: 2, since: 1, shown: "model" },
    /** Name of the provider key, never its secret. */
    providerKey: { type: text, number: 3, since: 1, shown: "provider_key" },
    durationMs: { type: number, number: 4, since: 1, shown: "duration_ms" },
  },
  optional: {
    /** The provider's HTTP status; absent when none came. */
    status: { type: integer, number: 5, since: 1, shown: "status" },
    error: { type: text, number: 6, since: 1, shown: "error" },
    /** The class of the failure, by the table of `routing/failure-classes.ts`. */
    errorClass: { type: text, number: 7, since: 1, shown: "error_class" },
    /** Until headers (whole) or the first token (stream). */
    latencyMs: { type: number, number: 8, since: 1, shown: "latency_ms" },
    /** What came after it and why: `retry: reset`, `other key: rate limit`, `fallback: timeout`. */
    next: { type: text, number: 9, since: 1, shown: "next" },
    /** What it used, where it failed and is charged nevertheless. */
    usage: { type: { kind: "object", shape: usageShape }, number: 10, since: 1, shown: "usage" },
    /** Nano-dollars. */
    cost: { type: integer, number: 11, since: 1 },
    /** When it began, milliseconds since the request started. */
    startMs: { type: number, number: 12, since: 3, shown: "start_ms" },
  },
} as const satisfies Shape;

/** What settling this request adds to a ledger slot. */
export const chargeShape = {
  required: {
    slot: { type: integer, number: 1, since: 1 },
    tag: { type: integer, number: 2, since: 1 },
    period: { type: integer, number: 3, since: 1 },
    amount: { type: number, number: 4, since: 1 },
  },
  optional: {
    /** What the last attempt held of a limit in money or tokens. Of one in requests it is the amount. */
    held: { type: number, number: 5, since: 7 },
  },
} as const satisfies Shape;

/** Why a request was refused, in a record whose outcome is `refused`. Amounts are in the limit's unit. */
export const refusalShape = {
  required: {
    /** How many refused requests the record stands for: itself, and those of its error code that were left out before it. */
    weight: { type: integer, number: 1, since: 2, shown: "weight", before: 1 },
  },
  optional: {
    limit: { type: text, number: 2, since: 2, shown: "limit_id" },
    limitName: { type: text, number: 3, since: 2, shown: "limit" },
    unit: { type: { kind: "choice", of: ["nanodollars", "tokens", "requests"] }, number: 4, since: 2, shown: "unit" },
    allowance: { type: number, number: 5, since: 2, shown: "allowance" },
    charged: { type: number, number: 6, since: 2, shown: "charged" },
    held: { type: number, number: 7, since: 2, shown: "held" },
    asked: { type: number, number: 8, since: 2, shown: "asked" },
    retryAfterS: { type: number, number: 9, since: 2, shown: "retry_after_s" },
  },
} as const satisfies Shape;

/**
 * What a record consists of. The types of `record.ts`, what is checked when a record is read, what is cut when it is too
 * long, and the names of the API come from here: a further field is a row. A row is never taken out or given another
 * type; a new one is optional, or says what older records are read with, and its `since` is the next number.
 */
export const recordShape = {
  required: {
    /** Ours: 128 bits, time-ordered, 32 hex digits. The primary key. */
    id: { type: id, number: 1, since: 1, shown: "id" },
    /** The client's `x-request-id`, else ours. A label that may repeat. */
    requestId: { type: text, number: 2, since: 1, shown: "request_id", mostly: "id" },
    startedAtMs: { type: number, number: 3, since: 1 },
    /** Milliseconds since start. */
    durationMs: { type: number, number: 4, since: 1, shown: "duration_ms" },
    /** Time spent waiting for providers, and between attempts on purpose. The rest of `durationMs` is ours and the client's. */
    upstreamMs: { type: number, number: 5, since: 1, shown: "upstream_ms" },
    worker: { type: integer, number: 6, since: 1, shown: "worker" },
    /** Endpoint name, e.g. `chat.completions`. */
    endpoint: { type: text, number: 7, since: 1, shown: "endpoint" },
    attempts: { type: { kind: "objects", shape: attemptShape }, number: 8, since: 1, shown: "attempts" },
    stream: { type: flag, number: 9, since: 1, shown: "stream" },
    /** HTTP status that the client got; 499 when it left first, 0 when its worker died before there was one. */
    status: { type: integer, number: 10, since: 1, shown: "status" },
    outcome: {
      type: { kind: "choice", of: recordOutcomes },
      number: 11,
      since: 1,
      shown: "outcome",
    },
    charges: { type: { kind: "objects", shape: chargeShape, whole: true }, number: 12, since: 1 },
    requestBytes: { type: integer, number: 13, since: 1, shown: "request_bytes" },
    responseBytes: { type: integer, number: 14, since: 1, shown: "response_bytes" },
  },
  optional: {
    /** Until the first token reached us; absent when none did. */
    firstTokenMs: { type: number, number: 15, since: 1, shown: "first_token_ms" },
    /** A name of `dialects/registry.ts`. Absent when its worker died before the request was recorded. */
    dialect: { type: text, number: 16, since: 1, shown: "dialect" },
    /** Id and name of the virtual key; absent without one (`auth: optional`). */
    keyId: { type: text, number: 17, since: 1, shown: "key_id" },
    keyName: { type: text, number: 18, since: 1, shown: "key_name" },
    team: { type: text, number: 19, since: 1, shown: "team" },
    customer: { type: text, number: 20, since: 1, shown: "customer" },
    tags: { type: { kind: "labels" }, number: 21, since: 1, shown: "tags" },
    askedModel: { type: text, number: 22, since: 1, shown: "asked_model" },
    provider: { type: text, number: 23, since: 1, shown: "provider" },
    model: { type: text, number: 24, since: 1, shown: "model" },
    /** Name of the key that the answering provider was called with. */
    providerKey: { type: text, number: 25, since: 1, shown: "provider_key" },
    finishReason: { type: text, number: 26, since: 1, shown: "finish_reason" },
    errorCode: { type: { kind: "choice", of: namesOf(errorTable) }, number: 27, since: 1, shown: "error_code" },
    errorSource: {
      type: { kind: "choice", of: ["client", "gateway", "upstream"] },
      number: 28,
      since: 1,
      shown: "error_source",
    },
    errorMessage: { type: text, number: 29, since: 1, shown: "error_message" },
    /** Of all attempts together. */
    usage: { type: { kind: "object", shape: usageShape }, number: 30, since: 1, shown: "usage" },
    /** Nano-dollars of all attempts together; absent when a price is unknown. */
    cost: { type: integer, number: 31, since: 1 },
    /** Version of the price that the answer was charged by. */
    priceVersion: { type: text, number: 32, since: 1, shown: "price_version" },
    /** The tier that the provider says it served. */
    serviceTier: { type: text, number: 33, since: 1, shown: "service_tier" },
    /** Ids of the limits that the request was held against. */
    limits: { type: texts, number: 34, since: 1, shown: "limits" },
    dropped: { type: texts, number: 35, since: 1, shown: "dropped" },
    userAgent: { type: text, number: 36, since: 1, shown: "user_agent" },
    /** The SDK that the client says it is, e.g. `openai-node 7.57.0`. */
    sdk: { type: text, number: 37, since: 1, shown: "sdk" },
    /** Trace id of `traceparent`, 32 hex digits. */
    traceId: { type: text, number: 38, since: 1, shown: "trace_id" },
    /** Of a request that was refused before it held anything. */
    refusal: { type: { kind: "object", shape: refusalShape }, number: 39, since: 2, shown: "refusal" },
    /** What the client calls the conversation or run that the request belongs to. */
    sessionId: { type: text, number: 40, since: 3, shown: "session_id" },
    /** Whom the client says it asks for. */
    endUser: { type: text, number: 41, since: 3, shown: "end_user" },
    /** What the client tagged this request with, e.g. `taskName:summary`. Limits go by the key's tags alone. */
    requestTags: { type: texts, number: 42, since: 4, shown: "request_tags" },
    /** Whoever pays for it, where that is not the gateway's operator: the client, with its own credential. */
    paidBy: { type: { kind: "choice", of: ["client"] }, number: 43, since: 4, shown: "paid_by" },
    /** What providers say that the request cost, nano-dollars; absent where they say nothing. `cost` is what counts. */
    billedCost: { type: integer, number: 44, since: 5 },
    /** What the price list says of the same attempts, nano-dollars; absent without a bill or a price. */
    listedCost: { type: integer, number: 45, since: 5 },
    /** The output limit that a budget set for the last attempt, in tokens of each answer. */
    capped: { type: integer, number: 46, since: 6, shown: "capped" },
    /** The one name of all states and spellings of the model that was served, `maker/model`. */
    canonicalModel: { type: text, number: 47, since: 6, shown: "canonical_model" },
  },
} as const satisfies Shape;
