import type { GatewayError } from "#core/errors";
import type { RateLimitFacts } from "#core/inference";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { Usage } from "#core/usage";
import type { Reservation } from "./reservation";

/** How far a request has come with its attempts. */
export type Progress = {
  readonly attempts: readonly AttemptRecord[];
  /** Of the last attempt; undefined while none was held, and then there will be no record. */
  readonly reservation: Reservation | undefined;
  /** Waiting for providers, and between attempts on purpose. */
  readonly upstreamMs: number;
  /** What could not be carried to the last target. */
  readonly dropped: readonly string[];
  /** What the rate limit that refused the last attempt has left. */
  readonly refusedLimits?: RateLimitFacts;
};

export const noProgress: Progress = { attempts: [], reservation: undefined, upstreamMs: 0, dropped: [] };

/** What came of a request: what its record and its charges are made from, besides the request itself. */
export type Outcome = Progress & {
  readonly outcome: Exclude<RequestRecord["outcome"], "interrupted" | "refused">;
  /** HTTP status that the client got; 499 when it left first. */
  readonly status: number;
  readonly error?: GatewayError;
  /** Of the last attempt; what failed ones used is in their reservation. */
  readonly usage?: Usage;
  /** The tier that the provider says it served. */
  readonly serviceTier?: string;
  readonly finishReason?: string;
  /** Since the start; absent when no token came. */
  readonly firstTokenMs?: number;
  readonly responseBytes: number;
};

/** A request that ended without an answer. */
export function failedOutcome(progress: Progress, error: GatewayError): Outcome {
  const outcome = error.code === "client_closed" ? "client-gone" : "error";
  return { ...progress, outcome, status: error.status, error, responseBytes: 0 };
}
