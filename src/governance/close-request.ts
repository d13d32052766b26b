import type { Clock } from "#core/clock";
import type { GatewayError } from "#core/errors";
import { canonicalName } from "#core/model-names";
import type { NanoDollars } from "#core/money";
import type { Charge, RequestRecord } from "#core/record";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Journal } from "#journal/journal";
import type { Ledger } from "#ledger/ledger";
import { createSdkReader } from "./client-sdk";
import type { Outcome } from "./outcome";
import type { RefusedRequest } from "./refusal-record";
import type { NoteRefusal } from "./refusals";
import type { RequestMetrics } from "./request-metrics";
import { buildRecord } from "./request-record";
import { chargesFor, leftSpending, type Reservation, spendingOf, withSpending } from "./reservation";
import type { RunningRequest } from "./running-request";
import { type AttemptSpending, capEstimate } from "./spending";

/** What requests are closed with. */
export type ClosingServices = {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly worker: number;
  readonly metrics: RequestMetrics;
  readonly noteRefusal: NoteRefusal;
  /** Hears that a request has given back what it held. */
  readonly settled: () => void;
  /** Counts what the last attempt used for the health of its target. */
  readonly used: (target: Target, usage: Usage, cost: NanoDollars) => void;
};

/**
 * Ends one request: its record is journaled, then its holds are settled by it, so that a crash in between is settled
 * from the record. Resolves with the record; with none for a request that never held anything, whose room in the journal
 * goes back and whose refusal is noted. Rejects when the journal cannot take the record. Every call after the first
 * waits for the first and changes nothing.
 */
export type CloseRequest = (outcome: Outcome) => Promise<RequestRecord | undefined>;

export function createRequestCloser(
  services: ClosingServices,
): (request: RunningRequest, onClosed: () => void) => CloseRequest {
  const { journal, noteRefusal } = services;
  const record = createRecorder(services);

  const close = (
    request: RunningRequest,
    outcome: Outcome,
    onClosed: () => void,
  ): Promise<RequestRecord | undefined> => {
    const { reservation } = outcome;
    if (reservation !== undefined) return record(request, outcome, reservation, onClosed);
    if (request.claim !== undefined) journal.release(request.claim);
    if (outcome.error !== undefined) noteRefusal(refusedRequest(request, outcome.error));
    onClosed();
    return Promise.resolve(undefined);
  };

  return (request, onClosed) => {
    let closed: Promise<RequestRecord | undefined> | undefined;
    return (outcome) => {
      closed ??= close(request, outcome, onClosed);
      return closed;
    };
  };
}

function refusedRequest(
  { id, inference, principal, askedModel, stream, labels, requestBytes }: RunningRequest,
  error: GatewayError,
): RefusedRequest {
  const { key, customer } = principal;
  return { id, inference, error, key, customer, askedModel, stream, labels, requestBytes };
}

/** Journals a request and settles it. */
function createRecorder({ ledger, journal, clock, worker, metrics, settled, used }: ClosingServices) {
  const sdkOf = createSdkReader();
  const canonicalOf = rememberCanonicalNames();

  return async (
    request: RunningRequest,
    outcome: Outcome,
    reservation: Reservation,
    onClosed: () => void,
  ): Promise<RequestRecord> => {
    try {
      const { claim, kept } = request;
      const last = lastSpending(request, outcome, reservation);
      const spent = last === undefined ? reservation : withSpending(reservation, last);
      let charges: readonly Charge[] = chargesFor(spent);
      const elapsedMs = clock.monotonicMs() - request.startedMonotonicMs;
      const record = buildRecord(request, outcome, spent, { worker, sdkOf, canonicalOf, charges, elapsedMs });
      try {
        if (claim !== undefined) await journal.append(claim, record);
      } catch (cause) {
        if (request.settings.onJournalFailure !== "continue") {
          // The client gets an error, and a charge without a record could never be explained.
          charges = [];
          throw cause;
        }
      } finally {
        ledger.settle(reservation.hold, charges);
        settled();
        metrics.finished(record, elapsedMs - outcome.upstreamMs);
        if (last !== undefined && spent.target !== undefined) used(spent.target, last.usage, last.cost ?? 0);
      }
      if (kept !== undefined) journal.appendContent(request.id, kept.content(outcome.responseBytes));
      return record;
    } finally {
      onClosed();
    }
  };
}

/** Each is found once, and forgotten with its target. */
function rememberCanonicalNames(): (target: Target) => string {
  const known = new WeakMap<Target, string>();
  return (target) => {
    let name = known.get(target);
    if (name === undefined) {
      name = canonicalName(target.provider, target.model);
      known.set(target, name);
    }
    return name;
  };
}

function lastSpending(
  { onAbort }: RunningRequest,
  { outcome, serviceTier, usage }: Outcome,
  reservation: Reservation,
): AttemptSpending | undefined {
  if (usage === undefined) return undefined;
  const capped = capEstimate(usage, reservation.outputLimit);
  if (outcome === "client-gone") return leftSpending(onAbort, reservation, capped, serviceTier);
  return spendingOf(reservation, capped, serviceTier);
}
