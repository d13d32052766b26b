import type { ErrorCode, GatewayError } from "#core/errors";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { Usage } from "#core/usage";
import type { Ledger } from "#ledger/ledger";
import { endpointLabel, failureLabel, metrics } from "#ledger/metric-layout";

/** Counts admitted, finished and refused requests in this worker's columns of the ledger. */
export type RequestMetrics = {
  readonly admitted: () => void;
  /** `overheadMs`, with its fraction, is what of the request's time was not spent waiting for providers. */
  readonly finished: (record: RequestRecord, overheadMs?: number) => void;
  readonly refused: (error: GatewayError) => void;
};

export function createRequestMetrics(ledger: Ledger): RequestMetrics {
  return {
    admitted: () => ledger.count(metrics.inFlight.column, 1),
    refused: (error) => {
      ledger.count(metrics.errors.column(error.code), 1);
      if (error.code === "overloaded") ledger.count(metrics.sheds.column, 1);
      countLimitRefusal(ledger, error.code, error.options.limitUnit);
    },
    finished: (record, overheadMs = record.durationMs - record.upstreamMs) => {
      ledger.count(metrics.inFlight.column, -1);
      ledger.count(metrics.requests.column(record.outcome, endpointLabel(record.endpoint)), 1);
      if (record.errorCode !== undefined) {
        ledger.count(metrics.errors.column(record.errorCode), 1);
        countLimitRefusal(ledger, record.errorCode);
      }
      ledger.observe(metrics.duration, record.durationMs / 1000);
      ledger.observe(metrics.overhead, Math.max(0, overheadMs) / 1000);
      if (record.firstTokenMs !== undefined) ledger.observe(metrics.firstToken, record.firstTokenMs / 1000);
      ledger.count(metrics.requestBytes.column, record.requestBytes);
      ledger.count(metrics.responseBytes.column, record.responseBytes);
      if (record.usage !== undefined) countUsage(ledger, record.usage, record.cost);
      for (const attempt of record.attempts) countAttempt(ledger, attempt);
    },
  };
}

/** Refusals before and, by a top-up, between attempts. */
function countLimitRefusal(ledger: Ledger, code: ErrorCode, unit: "requests" | "tokens" = "requests"): void {
  const kind = code === "rate_limited" ? unit : refusalKinds.get(code);
  if (kind !== undefined) ledger.count(metrics.limitRefusals.column(kind), 1);
}

const refusalKinds: ReadonlyMap<ErrorCode, "budget" | "concurrency" | "policy"> = new Map([
  ["budget_exceeded", "budget"],
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
