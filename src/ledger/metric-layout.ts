import { crc32 } from "node:zlib";
import { type ErrorCode, errorTable } from "#core/errors";
import { requestOutcomes } from "#core/record-fields";
import { createMetricLayout } from "./metric-kinds";

/** Endpoints that have columns of their own; `other` counts any that is added without one. */
const endpoints = [
  "chat.completions",
  "completions",
  "embeddings",
  "messages",
  "messages.count_tokens",
  "other",
] as const;
export type EndpointLabel = (typeof endpoints)[number];

/** Classes of failed attempts, by `routing/failure-classes.ts`; `other` counts any that is added without a column. */
const failureClasses = [
  "refused",
  "reset",
  "unreachable",
  "server-error",
  "unavailable",
  "rate-limited",
  "key-refused",
  "timeout",
  "unknown-model",
  "invalid-answer",
  "empty-answer",
  "unreadable",
  "unwritable",
  "context-length",
  "content-filter",
  "bad-request",
  "client-gone",
  "gateway",
  "other",
] as const;
export type FailureLabel = (typeof failureClasses)[number];

const nanodollarsInDollar = 1_000_000_000;
const secondBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const overheadBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

const shedBuckets = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.05, 0.1, 0.25, 0.5, 1];
const delayBuckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

const { counter, gauge, perProcess, histogram, perProcessHistogram, labelled, crossed } = createMetricLayout();

/**
 * Every metric that workers keep in the ledger, with its columns, which follow each other in this order. Only the worker
 * that owns an area writes its columns.
 */
export const metrics = {
  requests: crossed(
    "headgate_requests_total",
    "Requests that ended, by outcome and endpoint",
    ["outcome", "endpoint"],
    [requestOutcomes, endpoints],
  ),
  errors: labelled("headgate_errors_total", "Requests that ended with an error, or were refused", "code", errorCodes()),
  inFlight: gauge("headgate_requests_in_flight", "Requests running now"),
  queued: gauge("headgate_requests_queued", "Requests that wait for a place among the running"),
  sheds: counter("headgate_overload_sheds_total", "Requests refused because too many were running or waiting"),
  duration: histogram("headgate_request_duration_seconds", "From first byte in to last byte out", secondBuckets),
  firstToken: histogram("headgate_first_token_seconds", "From first byte in to first token out", secondBuckets),
  overhead: histogram(
    "headgate_overhead_seconds",
    "Time of a request that was not spent waiting for providers",
    overheadBuckets,
  ),
  requestBytes: counter("headgate_request_bytes_total", "Bytes of request bodies"),
  responseBytes: counter("headgate_response_bytes_total", "Bytes of response bodies"),
  tokens: labelled("headgate_tokens_total", "Tokens of all attempts, each in one class", "class", [
    "input",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "input_audio",
    "input_image",
    "output",
    "reasoning",
    "output_audio",
    "output_image",
  ] as const),
  searches: counter("headgate_searches_total", "Web searches that providers ran"),
  cost: counter("headgate_cost_dollars_total", "Cost of all attempts, where the price is known", nanodollarsInDollar),
  unpriced: counter("headgate_unpriced_requests_total", "Requests that used tokens of unknown price"),
  estimated: counter("headgate_estimated_requests_total", "Requests whose usage Headgate had to estimate"),
  billDifferences: counter(
    "headgate_bill_differences_total",
    "Requests whose provider billed another amount than the price list says, by more than a fiftieth",
  ),
  limitRefusals: labelled("headgate_limit_refusals_total", "Requests that a limit or policy refused", "kind", [
    "budget",
    "requests",
    "tokens",
    "concurrency",
    "policy",
  ] as const),
  attempts: labelled("headgate_upstream_attempts_total", "Calls made to providers", "result", [
    "ok",
    ...failureClasses,
  ] as const),
  retries: labelled(
    "headgate_retries_total",
    "Attempts at the same target again, by the failure before",
    "class",
    failureClasses,
  ),
  keyRotations: labelled(
    "headgate_key_rotations_total",
    "Attempts with another key of the same provider, by the failure before",
    "class",
    failureClasses,
  ),
  fallbacks: labelled(
    "headgate_fallbacks_total",
    "Attempts at the next target, by the failure before",
    "class",
    failureClasses,
  ),
  journalRecords: counter("headgate_journal_records_total", "Records written to the journal"),
  journalFailures: counter("headgate_journal_failures_total", "Records that could not be written to the journal"),
  droppedContent: counter("headgate_journal_dropped_content_total", "Bodies dropped under pressure"),
  ledgerRefusals: counter("headgate_ledger_refusals_total", "Reservations that were refused"),
  ledgerBusy: counter("headgate_ledger_busy_total", "Times the ledger's lock could not be had"),
  workerStarts: counter("headgate_worker_starts_total", "Starts of workers; restarts are those after the first"),
  unhandledErrors: counter(
    "headgate_unhandled_errors_total",
    "Errors in workers that nothing handled, each kind logged once a minute; the worker goes on",
  ),
  processStart: perProcess("headgate_process_start_time_seconds", "When the process started, Unix time"),
  processMemory: perProcess("headgate_process_resident_memory_bytes", "Memory of the process"),
  processLag: perProcess(
    "headgate_process_event_loop_lag_seconds",
    "How late the process's event loop last ran a timer that is due each second",
  ),
  shedDelay: histogram(
    "headgate_overload_shed_seconds",
    "From the reading of a request to its refusal because too many were running or waiting",
    shedBuckets,
  ),
  loopDelay: perProcessHistogram(
    "headgate_event_loop_delay_seconds",
    "How late the process's event loop ran a timer that is due every 25 ms",
    delayBuckets,
  ),
} as const;

/**
 * Changes when a column gets another meaning. A worker area that was counted by another table begins anew with its next
 * owner, and is not read until then; its holds are no part of that.
 */
export const metricFingerprint = crc32(JSON.stringify(metrics, withoutHelp)) | 0;

function withoutHelp(name: string, value: unknown): unknown {
  return name === "help" ? undefined : value;
}

function errorCodes(): readonly ErrorCode[] {
  return Object.keys(errorTable).filter((code): code is ErrorCode => code in errorTable);
}

/** A loop, for a closure would cost every request. */
export function endpointLabel(endpoint: string): EndpointLabel {
  for (const known of endpoints) if (known === endpoint) return known;
  return "other";
}

export function failureLabel(failureClass: string | undefined): FailureLabel {
  return failureClasses.find((known) => known === failureClass) ?? "other";
}
