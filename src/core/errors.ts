import type { JsonObject } from "#lib/json";
import type { RefusedBy } from "./refused-by";

/**
 * The one table of everything Headgate can answer in its own name. A dialect turns a row into the client's words, and
 * SDKs are advised not to repeat what is not retryable; `docs/reference/errors.md` is tied to it by a test.
 */
export const errorTable = {
  invalid_request: { status: 400, source: "client", retryable: false },
  unsupported_parameter: { status: 400, source: "client", retryable: false },
  no_capable_target: { status: 400, source: "client", retryable: false },
  missing_key: { status: 401, source: "client", retryable: false },
  invalid_key: { status: 401, source: "client", retryable: false },
  expired_key: { status: 401, source: "client", retryable: false },
  inactive_key: { status: 401, source: "client", retryable: false },
  budget_exceeded: { status: 402, source: "client", retryable: false },
  model_not_allowed: { status: 403, source: "client", retryable: false },
  provider_not_allowed: { status: 403, source: "client", retryable: false },
  endpoint_not_allowed: { status: 403, source: "client", retryable: false },
  policy_denied: { status: 403, source: "client", retryable: false },
  model_not_found: { status: 404, source: "client", retryable: false },
  not_found: { status: 404, source: "client", retryable: false },
  method_not_allowed: { status: 405, source: "client", retryable: false },
  client_timeout: { status: 408, source: "client", retryable: true },
  body_too_large: { status: 413, source: "client", retryable: false },
  unsupported_encoding: { status: 415, source: "client", retryable: false },
  budget_busy: { status: 429, source: "client", retryable: true },
  rate_limited: { status: 429, source: "client", retryable: true },
  too_many_concurrent: { status: 429, source: "client", retryable: true },
  client_closed: { status: 499, source: "client", retryable: false },
  internal_error: { status: 500, source: "gateway", retryable: true },
  upstream_error: { status: 502, source: "upstream", retryable: true },
  upstream_invalid_response: { status: 502, source: "upstream", retryable: true },
  provider_keys_exhausted: { status: 502, source: "upstream", retryable: false },
  overloaded: { status: 503, source: "gateway", retryable: true },
  no_target_available: { status: 503, source: "gateway", retryable: true },
  draining: { status: 503, source: "gateway", retryable: true },
  upstream_timeout: { status: 504, source: "upstream", retryable: true },
} as const;

export type ErrorCode = keyof typeof errorTable;
export type ErrorSource = "client" | "gateway" | "upstream";

/**
 * `unreachable`: no connection can be had there (host name, TLS, forbidden address, connect timer); `reset`: closed
 * before headers; `invalid`: something else than a whole answer came; `empty`: an answer with nothing in it;
 * `unreadable`: an answer at which our own code failed; `unwritable`: a request at which it did, so that nothing was sent;
 * `timeout`: a timer other than connect fired.
 */
export type UpstreamFault =
  | "refused"
  | "reset"
  | "unreachable"
  | "invalid"
  | "empty"
  | "unreadable"
  | "unwritable"
  | "timeout";

/** The name leads nowhere; the address must not be called; no TLS connection that could be trusted. */
export type UnreachableReason = "unknown-host" | "forbidden-address" | "tls";

/**
 * What a provider's error is about, where its words say more than its status does. `dead-key`: the key, or the account
 * behind it, is refused until its owner does something.
 */
export type FailureSubject =
  | "dead-key"
  | "rate-limit"
  | "overloaded"
  | "unknown-model"
  | "context-length"
  | "content-filter";

export type ErrorOptions = {
  /** Replaces the table's status: a provider's own 400, 404, 409, 413, 422 or 429 is kept. */
  readonly status?: number;
  /** The field of the request at fault, e.g. `messages[2].content`. */
  readonly param?: string;
  /** For the log only; never sent to a client. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** Seconds for the `retry-after` header. */
  readonly retryAfterS?: number;
  /** For the `x-should-retry` header, which SDKs obey; absent: `false` where the table says not retryable, else theirs to decide. */
  readonly shouldRetry?: boolean;
  /** The limit that refused; for metrics and the record. */
  readonly refusedBy?: RefusedBy;
  /** How a call to a provider failed that gave no status, or no answer that could be read. */
  readonly fault?: UpstreamFault;
  /** The provider had shown that it works, though no token came. */
  readonly showedLife?: boolean;
  /** Why nothing can be reached there, where the fault is `unreachable` and more than that is known. */
  readonly unreachable?: UnreachableReason;
  /** The provider's own error type, when the message is the provider's. */
  readonly upstreamType?: string;
  /** The provider's own error code, when the message is the provider's. */
  readonly upstreamCode?: string;
  /** The other fields of the provider's own error. */
  readonly upstreamDetails?: JsonObject;
};

/** Any failure that a client can be told. `message` is for the caller, `detail` and `cause` for the log. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly source: ErrorSource;
  readonly retryable: boolean;
  readonly options: ErrorOptions;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "GatewayError";
    this.code = code;
    const row = errorTable[code];
    this.status = options.status ?? row.status;
    this.source = row.source;
    this.retryable = row.retryable;
    this.options = options;
  }
}

/** What a client is told of anything that was thrown: a GatewayError is that already, all else is our own fault. */
export function toGatewayError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  return new GatewayError("internal_error", "The request failed inside the gateway", { cause });
}

export function clientClosed(): GatewayError {
  return new GatewayError("client_closed", "The client closed the connection before the answer was complete");
}
