import { crc32 } from "node:zlib";
import { type ErrorCode, errorTable } from "#core/errors";

export type Counter = {
  readonly kind: "counter" | "gauge";
  readonly name: string;
  readonly help: string;
  readonly column: number;
};

export type LabelledCounter<V extends string = string> = {
  readonly kind: "labelled";
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly values: readonly V[];
  readonly firstColumn: number;
  readonly column: (value: V) => number;
};

/** Columns: one for each bucket (upper bounds, ascending), one for what is above them all, one for the sum. */
export type Histogram = {
  readonly kind: "histogram";
  readonly name: string;
  readonly help: string;
  readonly buckets: readonly number[];
  readonly column: number;
};

/** Every metric that workers keep in the ledger, with its columns. Only the worker that owns a seat writes its columns. */
export const metrics = layOutMetrics();

/** Changes when a column gets another meaning, so that two versions never share a file. */
export const metricFingerprint = crc32(JSON.stringify(metrics)) | 0;

function layOutMetrics() {
  let next = 0;
  const take = (columns: number) => {
    const first = next;
    next += columns;
    return first;
  };
  const counter = (name: string, help: string): Counter => ({ kind: "counter", name, help, column: take(1) });
  const gauge = (name: string, help: string): Counter => ({ kind: "gauge", name, help, column: take(1) });
  const histogram = (name: string, help: string, buckets: readonly number[]): Histogram => ({
    kind: "histogram",
    name,
    help,
    buckets,
    column: take(buckets.length + 2),
  });
  function labelled<V extends string>(
    name: string,
    help: string,
    label: string,
    values: readonly V[],
  ): LabelledCounter<V> {
    const firstColumn = take(values.length);
    const columns = new Map(values.map((value, index) => [value, firstColumn + index]));
    const column = (value: V) => {
      const found = columns.get(value);
      if (found === undefined) throw new RangeError(`Cannot count ${name}: no column for ${label} "${value}"`);
      return found;
    };
    return { kind: "labelled", name, help, label, values, firstColumn, column };
  }

  const secondBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
  return {
    requests: labelled("headgate_requests_total", "Requests that ended", "outcome", [
      "ok",
      "error",
      "cut",
      "client-gone",
      "interrupted",
    ] as const),
    errors: labelled("headgate_errors_total", "Errors that Headgate answered in its own name", "code", errorCodes()),
    inFlight: gauge("headgate_requests_in_flight", "Requests running now"),
    duration: histogram("headgate_request_duration_seconds", "From first byte in to last byte out", secondBuckets),
    firstToken: histogram("headgate_first_token_seconds", "From first byte in to first token out", secondBuckets),
    requestBytes: counter("headgate_request_bytes_total", "Bytes of request bodies"),
    responseBytes: counter("headgate_response_bytes_total", "Bytes of response bodies"),
    upstreamAttempts: labelled("headgate_upstream_attempts_total", "Calls made to providers", "result", [
      "ok",
      "error",
      "timeout",
      "aborted",
    ] as const),
    journalRecords: counter("headgate_journal_records_total", "Records written to the journal"),
    journalBytes: counter("headgate_journal_bytes_total", "Bytes written to the journal"),
    journalFailures: counter("headgate_journal_failures_total", "Records that could not be written"),
    journalLag: gauge("headgate_journal_lag_records", "Records waiting to be written"),
    droppedContent: counter("headgate_journal_dropped_content_total", "Bodies dropped under pressure"),
    ledgerRefusals: counter("headgate_ledger_refusals_total", "Reservations that were refused"),
    ledgerBusy: counter("headgate_ledger_busy_total", "Times the ledger's lock could not be had"),
  } as const;
}

function errorCodes(): readonly ErrorCode[] {
  return Object.keys(errorTable).filter((code): code is ErrorCode => code in errorTable);
}
