import type { GatewayError } from "#core/errors";
import type { RequestRecord } from "#core/record";
import type { Ledger } from "#ledger/ledger";
import { metrics } from "#ledger/metric-layout";

/** Counts admitted, finished and refused requests in this worker's columns of the ledger. */
export type RequestMetrics = {
  readonly admitted: () => void;
  readonly finished: (record: RequestRecord) => void;
  readonly refused: (error: GatewayError) => void;
};

export function createRequestMetrics(ledger: Ledger): RequestMetrics {
  return {
    admitted: () => ledger.count(metrics.inFlight.column, 1),
    refused: (error) => ledger.count(metrics.errors.column(error.code), 1),
    finished: (record) => {
      ledger.count(metrics.inFlight.column, -1);
      ledger.count(metrics.requests.column(record.outcome), 1);
      if (record.errorCode !== undefined) ledger.count(metrics.errors.column(record.errorCode), 1);
      ledger.observe(metrics.duration, record.durationMs / 1000);
      if (record.firstTokenMs !== undefined) ledger.observe(metrics.firstToken, record.firstTokenMs / 1000);
      ledger.count(metrics.requestBytes.column, record.requestBytes);
      ledger.count(metrics.responseBytes.column, record.responseBytes);
      for (const attempt of record.attempts) ledger.count(metrics.upstreamAttempts.column(resultOf(attempt.error)), 1);
    },
  };
}

function resultOf(error: string | undefined): "ok" | "error" | "timeout" | "aborted" {
  if (error === undefined) return "ok";
  if (error === "upstream_timeout") return "timeout";
  return error === "client_closed" ? "aborted" : "error";
}
