import type { DialectName } from "./completion";
import type { ErrorCode, ErrorSource } from "./errors";
import type { NanoDollars } from "./money";
import type { Usage } from "./usage";

/** The one account of a request: journaled before its last byte goes out, then ingested into the log store. */
export type RequestRecord = {
  /** Ours: 128 bits, time-ordered, 32 hex digits. The primary key. */
  readonly id: string;
  /** The client's `x-request-id`, else ours. A label that may repeat. */
  readonly requestId: string;
  readonly startedAtMs: number;
  /** Milliseconds since start. */
  readonly durationMs: number;
  /** Until the first token reached us; absent when none did. */
  readonly firstTokenMs?: number;
  /** Time spent waiting for providers, and between attempts on purpose. The rest of `durationMs` is ours and the client's. */
  readonly upstreamMs: number;
  readonly worker: number;
  /** Absent when its worker died before the request was recorded. */
  readonly dialect?: DialectName;
  /** Endpoint name, e.g. `chat.completions`. */
  readonly endpoint: string;
  /** Id and name of the virtual key; absent without one (`auth: optional`). */
  readonly keyId?: string;
  readonly keyName?: string;
  readonly team?: string;
  readonly customer?: string;
  readonly tags?: { readonly [name: string]: string };
  readonly askedModel?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Name of the key that the answering provider was called with. */
  readonly providerKey?: string;
  readonly attempts: readonly AttemptRecord[];
  readonly stream: boolean;
  /** HTTP status that the client got; 499 when it left first, 0 when its worker died and nobody knows. */
  readonly status: number;
  readonly outcome: "ok" | "error" | "cut" | "client-gone" | "interrupted";
  readonly finishReason?: string;
  readonly errorCode?: ErrorCode;
  readonly errorSource?: ErrorSource;
  readonly errorMessage?: string;
  /** Of all attempts together. */
  readonly usage?: Usage;
  /** Of all attempts together; absent when a price is unknown. */
  readonly cost?: NanoDollars;
  /** Version of the price that the answer was charged by. */
  readonly priceVersion?: string;
  /** The tier that the provider says it served. */
  readonly serviceTier?: string;
  readonly charges: readonly Charge[];
  /** Ids of the limits that the request was held against. */
  readonly limits?: readonly string[];
  readonly dropped?: readonly string[];
  readonly userAgent?: string;
  /** The SDK that the client says it is, e.g. `openai-node 7.57.0`. */
  readonly sdk?: string;
  /** Trace id of `traceparent`, 32 hex digits. */
  readonly traceId?: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
};

export type AttemptRecord = {
  readonly provider: string;
  readonly model: string;
  /** Name of the provider key, never its secret. */
  readonly providerKey: string;
  /** The provider's HTTP status; absent when none came. */
  readonly status?: number;
  readonly error?: string;
  /** The class of the failure, by the table of `routing/failure-classes.ts`. */
  readonly errorClass?: string;
  readonly durationMs: number;
  /** Until headers (whole) or the first token (stream). */
  readonly latencyMs?: number;
  /** What came after it and why: `retry: reset`, `other key: rate limit`, `fallback: timeout`. */
  readonly next?: string;
  /** What it used, where it failed and is charged nevertheless. */
  readonly usage?: Usage;
  readonly cost?: NanoDollars;
};

/** What settling this request adds to a ledger slot. */
export type Charge = { readonly slot: number; readonly tag: number; readonly period: number; readonly amount: number };
