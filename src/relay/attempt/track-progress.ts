import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Progress } from "#governance/outcome";
import type { Reservation } from "#governance/reservation";
import { priceAttempt } from "#governance/spending";
import type { Attempt, AttemptFailure } from "#routing/attempt";
import { failureClasses } from "#routing/failure-classes";
import { estimateUsage } from "../estimate-usage";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import { type PreparedRequest, prepareRequest } from "../request/prepare-request";
import { type AttemptEntry, AttemptLog } from "./attempt-log";

/** What an attempt is made with. */
export type Reserved = { readonly prepared: PreparedRequest; readonly reservation: Reservation };

/** The attempts of one request as they go on: what is held for them, what they used, and what the record will say. */
export type ProgressTracker = {
  /** Holds an attempt at a target. Throws GatewayError where it cannot carry the request or a limit refuses. */
  readonly reserve: (target: Target) => Reserved;
  readonly begin: (target: Target) => AttemptEntry;
  /** The attempt that began last came to nothing. */
  readonly failed: (attempt: Attempt<Reserved>, failure: AttemptFailure) => void;
  /** What came after it and why. */
  readonly next: (step: string) => void;
  /** Waits on purpose between attempts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly soFar: () => Progress;
};

export function trackProgress(services: RelayServices, pending: PendingRequest): ProgressTracker {
  const { clock, health, reservations, sleep } = services;
  const { running, demand } = pending;
  const log = new AttemptLog(clock);
  let last: AttemptEntry | undefined;
  let reservation: Reservation | undefined;
  let refusedLimits: Progress["refusedLimits"];
  let dropped: readonly string[] = [];
  let waitedMs = 0;

  return {
    reserve: (target) => {
      // Before anything is held: a target that cannot carry the request is passed over.
      const prepared = prepareRequest(services, pending, target);
      const held = reservations.reserve(running, { target, healthRow: health.row(target), demand }, reservation);
      if ("refused" in held) {
        refusedLimits = held.rateLimits ?? refusedLimits;
        throw held.refused;
      }
      reservation = held;
      refusedLimits = undefined;
      dropped = prepared.dropped;
      return { prepared, reservation: held };
    },
    begin: (target) => {
      last = log.begin(target);
      return last;
    },
    failed: ({ target, admitted }, failure) => {
      const usage = chargedFor(pending, admitted.reservation, failure);
      const spending = usage && priceAttempt(usage, admitted.reservation.price);
      reservation = reservations.spend(admitted.reservation, spending);
      if (spending !== undefined) health.used(target, spending.usage, spending.cost ?? 0);
      last?.failed(failure, spending);
    },
    next: (step) => last?.next(step),
    wait: async (delayMs, signal) => {
      const startedMs = clock.monotonicMs();
      await sleep(delayMs, signal);
      waitedMs += clock.monotonicMs() - startedMs;
    },
    soFar: () => {
      const upstreamMs = log.durationMs() + waitedMs;
      const progress = { attempts: log.records(), reservation, upstreamMs, dropped };
      return refusedLimits === undefined ? progress : { ...progress, refusedLimits };
    },
  };
}

/** What the provider may charge for an attempt that came to nothing: what it says, else the input where it had that. */
function chargedFor(
  { operation }: PendingRequest,
  { estimatedInput }: Reservation,
  { facts, failureClass }: AttemptFailure,
): Usage | undefined {
  if (facts.usage !== undefined) return facts.usage;
  const { billed } = failureClasses[failureClass];
  return billed === "nothing" ? undefined : estimateUsage(operation, estimatedInput, 0);
}
