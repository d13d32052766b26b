import { billDiffers } from "#core/bill-differs";
import type { ErrorCode, GatewayError } from "#core/errors";
import type { Limit } from "#core/limit";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { VirtualKey } from "#core/snapshot";
import type { Usage } from "#core/usage";
import type { Ledger, RefusalKind } from "#ledger/ledger";
import { endpointLabel, failureLabel, metrics } from "#ledger/metric-layout";

/** Counts admitted, finished and refused requests in this worker's columns of the ledger. */
export type RequestMetrics = {
  readonly admitted: () => void;
  /** `overheadMs`, with its fraction, is what of the request's time was not spent waiting for providers. */
  readonly finished: (record: RequestRecord, overheadMs?: number) => void;
  /** `key`: whose request it was, as far as that is known. */
  readonly refused: (error: GatewayError, key?: VirtualKey) => void;
  /** Our own code failed at an answer, and the request went on, or ended as if the provider had failed. */
  readonly internalFault: () => void;
};

export function createRequestMetrics(ledger: Ledger): RequestMetrics {
  return {
    admitted: () => ledger.count(metrics.inFlight.column, 1),
    refused: ({ code, options }, key) => {
      ledger.count(metrics.errors.column(code), 1);
      if (code === "overloaded") ledger.count(metrics.sheds.column, 1);
      const kind = limitKindOf(code, options.refusedBy?.unit);
      if (kind !== undefined) ledger.count(metrics.limitRefusals.column(kind), 1);
      if (key !== undefined) ledger.countRefusal(key.slot, kind ?? "other");
    },
    internalFault: () => ledger.count(metrics.errors.column("internal_error"), 1),
    finished: (record, overheadMs = record.durationMs - record.upstreamMs) => {
      ledger.count(metrics.inFlight.column, -1);
      // A refusal never ran: `refused` counts it.
      if (record.outcome !== "refused") {
        ledger.count(metrics.requests.column(record.outcome, endpointLabel(record.endpoint)), 1);
      }
      if (record.errorCode !== undefined) {
        ledger.count(metrics.errors.column(record.errorCode), 1);
        const kind = limitKindOf(record.errorCode, "requests");
        if (kind !== undefined) ledger.count(metrics.limitRefusals.column(kind), 1);
      }
      ledger.observe(metrics.duration, record.durationMs / 1000);
      ledger.observe(metrics.overhead, Math.max(0, overheadMs) / 1000);
      if (record.firstTokenMs !== undefined) ledger.observe(metrics.firstToken, record.firstTokenMs / 1000);
      ledger.count(metrics.requestBytes.column, record.requestBytes);
      ledger.count(metrics.responseBytes.column, record.responseBytes);
      if (record.usage !== undefined) countUsage(ledger, record.usage, record.cost);
      if (billDiffers(record)) ledger.count(metrics.billDifferences.column, 1);
      for (const attempt of record.attempts) countAttempt(ledger, attempt);
    },
  };
}

type LimitKind = Exclude<RefusalKind, "other">;

/** What kind of limit refused, before or, by a top-up, between attempts. */
function limitKindOf(code: ErrorCode, unit: Limit["unit"] | undefined): LimitKind | undefined {
  if (code === "rate_limited") return unit === "tokens" ? "tokens" : "requests";
  return limitKinds.get(code);
}

const limitKinds: ReadonlyMap<ErrorCode, LimitKind> = new Map([
  ["budget_exceeded", "budget"],
  ["budget_busy", "budget"],
  ["too_many_concurrent", "concurrency"],
  ["policy_denied", "policy"],
]);

const tokenColumns = [
  ["input", metrics.tokens.column("input")],
  ["cacheRead", metrics.tokens.column("cache_read")],
  ["cacheWrite", metrics.tokens.column("cache_write")],
  ["cacheWrite1h", metrics.tokens.column("cache_write_1h")],
  ["inputAudio", metrics.tokens.column("input_audio")],
  ["inputImage", metrics.tokens.column("input_image")],
  ["output", metrics.tokens.column("output")],
  ["reasoning", metrics.tokens.column("reasoning")],
  ["outputAudio", metrics.tokens.column("output_audio")],
  ["outputImage", metrics.tokens.column("output_image")],
  ["searches", metrics.searches.column],
] as const;

function countUsage(ledger: Ledger, usage: Usage, cost: number | undefined): void {
  for (const [field, column] of tokenColumns) if (usage[field] > 0) ledger.count(column, usage[field]);
  if (usage.estimated) ledger.count(metrics.estimated.column, 1);
  if (cost === undefined) ledger.count(metrics.unpriced.column, 1);
  else ledger.count(metrics.cost.column, cost);
}

function countAttempt(ledger: Ledger, { error, errorClass, next = "" }: AttemptRecord): void {
  if (error === undefined && errorClass === undefined) {
    ledger.count(metrics.attempts.column("ok"), 1);
    return;
  }
  const failure = failureLabel(errorClass);
  ledger.count(metrics.attempts.column(failure), 1);
  if (next.startsWith("retry")) ledger.count(metrics.retries.column(failure), 1);
  else if (next.startsWith("other key")) ledger.count(metrics.keyRotations.column(failure), 1);
  else if (next.startsWith("fallback")) ledger.count(metrics.fallbacks.column(failure), 1);
}
