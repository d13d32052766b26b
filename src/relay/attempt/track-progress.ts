import type { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Progress } from "#governance/outcome";
import { leftSpending, type Reservation, spendingOf } from "#governance/reservation";
import type { Refused, Tight } from "#governance/reservations";
import type { AttemptSpending } from "#governance/spending";
import type { Draft } from "#lib/draft";
import type { Answered, Attempt, AttemptFailure, AttemptServices } from "#routing/attempt";
import { failureClasses } from "#routing/failure-classes";
import type { AttemptLimits } from "#routing/next-step";
import { estimateUsage, judgeUsage } from "../estimate-usage";
import { type Materialised, materialisedFor } from "../media/materialise";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { FittedTargets } from "../request/fitted-targets";
import { type FittedRequest, fitRequest } from "../request/prepare-request";
import { AttemptFacts } from "./attempt-facts";
import { type AttemptEntry, AttemptLog } from "./attempt-log";
import { ClientCredential } from "./client-credential";
import type { AnswerOpener, OpenedAttempt } from "./open-answer";
import type { Reserved } from "./reserved";
import { errorOfRequest } from "./upstream-failure";

/** The attempts of one request as they go on: what is held for them, what they used, and what the record will say. */
export class ProgressTracker implements AttemptServices<Reserved, OpenedAttempt> {
  readonly health: RelayServices["health"];
  readonly clock: RelayServices["clock"];
  readonly random: RelayServices["random"];
  private readonly log: AttemptLog;
  private readonly credential: ClientCredential;
  private readonly materialised: Materialised | undefined;
  private last: AttemptEntry | undefined;
  private reservation: Reservation | undefined;
  private refusedLimits: Progress["refusedLimits"];
  private dropped: readonly string[] = [];
  private waitedMs = 0;
  private hasWaited = false;
  private shortened: { readonly target: Target; readonly output: number } | undefined;

  constructor(
    private readonly services: RelayServices & { readonly targets: FittedTargets },
    private readonly openAnswer: AnswerOpener,
    private readonly pending: PendingRequest,
  ) {
    this.health = services.health;
    this.clock = services.clock;
    this.random = services.random;
    this.log = new AttemptLog(services.clock, pending.running.startedMonotonicMs);
    this.credential = new ClientCredential(pending.running);
    this.materialised = materialisedFor(services, pending);
  }

  get limits(): AttemptLimits {
    const { request, running } = this.pending;
    const { attemptDeadlineMs, maxAttempts } = running.settings;
    const retries = request.gateway?.retries;
    if (retries === undefined) return { maxAttempts, deadlineMs: attemptDeadlineMs };
    return { maxAttempts, deadlineMs: attemptDeadlineMs, retries };
  }

  /** Of the client; made when it is asked for. */
  get signal(): AbortSignal {
    return this.pending.running.inference.signal;
  }

  /**
   * Holds an attempt at a target: at once, or once the hold is smaller or others have ended. Throws or rejects with
   * GatewayError where it cannot carry the request or a limit refuses.
   */
  admit(target: Target): Reserved | Promise<Reserved> {
    try {
      return this.hold(target);
    } catch (cause) {
      throw this.refusalFrom(cause, target);
    }
  }

  private refusalFrom(cause: unknown, target: Target): GatewayError {
    const error = errorOfRequest(cause, target);
    if (error.options.fault === "unwritable") this.services.onInternalError(error);
    return error;
  }

  private hold(target: Target): Reserved | Promise<Reserved> {
    // Before anything is held: a target that cannot carry the request, or has no key for it, is passed over.
    this.credential.check(target);
    const pending = this.materialised?.for(target) ?? this.pending;
    return pending instanceof Promise ? this.holdLater(target, pending) : this.holdFor(target, pending);
  }

  /** What it refers to is fetched first, so that its hold knows how much that is. */
  private async holdLater(target: Target, fetching: Promise<PendingRequest>): Promise<Reserved> {
    const startedMs = this.clock.monotonicMs();
    try {
      const pending = await fetching;
      this.waitedMs += this.clock.monotonicMs() - startedMs;
      return await this.holdFor(target, pending);
    } catch (cause) {
      throw this.refusalFrom(cause, target);
    }
  }

  private holdFor(target: Target, pending: PendingRequest): Reserved | Promise<Reserved> {
    const { health, services } = this;
    const { demand, running } = pending;
    const prepared = fitRequest(services, pending, target);
    const isUnbounded = prepared.traits.works_unasked === true;
    const attempt = {
      target,
      healthRow: health.row(target),
      demand,
      isUnbounded,
      tellsTools: prepared.operation.tellsTools === true,
      ladder: new AttemptFacts(services, pending, target, prepared, this.shortenedFor(target)),
    };
    const held = services.reservations.reserve(running, attempt, this.reservation);
    return "climb" in held ? this.climb(held, prepared, target) : this.taken(held, prepared);
  }

  /** Waits before the first attempt alone: no target has been asked, and no header of a stream is out. */
  private async climb(tight: Tight, prepared: FittedRequest, target: Target): Promise<Reserved> {
    const mayWait = !this.hasBegun && !this.hasWaited;
    const startedMs = this.clock.monotonicMs();
    try {
      return this.taken(await tight.climb(mayWait), prepared);
    } catch (cause) {
      throw this.refusalFrom(cause, target);
    } finally {
      this.hasWaited = true;
      this.waitedMs += this.clock.monotonicMs() - startedMs;
    }
  }

  private taken(held: Reservation | Refused, prepared: FittedRequest): Reserved {
    if ("refused" in held) {
      this.refusedLimits = held.rateLimits ?? this.refusedLimits;
      throw held.refused;
    }
    this.reservation = held;
    this.refusedLimits = undefined;
    const written = prepared.write(held.cap);
    this.dropped = written.dropped;
    return { prepared: written, reservation: held };
  }

  private shortenedFor(target: Target): number | undefined {
    return this.shortened?.target === target ? this.shortened.output : undefined;
  }

  /** Whether the target found an output limit of ours too long: then it is asked once more with a shorter one. */
  shortens({ admitted, target }: Attempt<Reserved>, failure: AttemptFailure): boolean {
    const { cap } = admitted.reservation;
    if (cap === undefined || this.shortened !== undefined || !isAboutLength(failure)) return false;
    this.shortened = { target, output: Math.max(1, Math.min(cap >> 1, shortOutput)) };
    return true;
  }

  tryTarget(attempt: Attempt<Reserved>): Promise<Answered<OpenedAttempt>> {
    const entry = this.log.begin(attempt.target);
    this.last = entry;
    const target = this.credential.apply(attempt.target);
    return this.openAnswer(this.pending, target === attempt.target ? attempt : { ...attempt, target }, entry);
  }

  /** The attempt that began last came to nothing. */
  onFailure({ target, admitted }: Attempt<Reserved>, failure: AttemptFailure): void {
    const ranMs = this.last === undefined ? 0 : this.clock.monotonicMs() - this.last.startedMs;
    const unseen = this.services.speeds.tokensAfter(target, ranMs);
    const usage = chargedFor(this.pending, admitted.reservation, failure, unseen);
    const spending = usage && this.spendingOn(admitted.reservation, usage, failure);
    this.reservation = this.services.reservations.spend(admitted.reservation, spending);
    if (spending !== undefined) this.health.used(target, spending.usage, spending.cost ?? 0);
    this.last?.failed(failure, spending);
  }

  private spendingOn(reservation: Reservation, usage: Usage, { failureClass }: AttemptFailure): AttemptSpending {
    if (failureClass !== "client-gone") return spendingOf(reservation, usage);
    return leftSpending(this.pending.running.onAbort, reservation, usage);
  }

  onNextStep(step: string): void {
    this.last?.next(step);
  }

  /** Waits on purpose between attempts. */
  async sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    await this.services.sleep(delayMs, signal);
    this.waitedMs += this.clock.monotonicMs() - startedMs;
  }

  /** Whether a target was asked. */
  get hasBegun(): boolean {
    return this.last !== undefined;
  }

  soFar(): Progress {
    const { dropped, log, refusedLimits, reservation } = this;
    const progress: Draft<Progress> = {
      attempts: log.records(),
      reservation,
      upstreamMs: log.durationMs() + this.waitedMs,
      dropped,
    };
    if (refusedLimits !== undefined) progress.refusedLimits = refusedLimits;
    return progress;
  }
}

/** Models with less are older than output limits that have to be guessed. */
const shortOutput = 16_384;

/** Whether a provider says that input and output together, or the output alone, may be too long. */
function isAboutLength({ error, failureClass }: AttemptFailure): boolean {
  if (failureClass === "context-length") return true;
  return (
    failureClass === "bad-request" &&
    /max_\w*tokens|completion tokens|output tokens/i.test(`${error.options.param} ${error.message}`)
  );
}

/**
 * What the provider may charge for an attempt that came to nothing: what it says, else the input where it had that. What was
 * written unseen is charged too, `unseen` tokens: of a whole answer that the client left or a timer ended, and of a stream
 * that showed life. One without a sign has probably not begun.
 */
function chargedFor(
  { operation, request }: PendingRequest,
  reservation: Reservation,
  { error, facts, failureClass }: AttemptFailure,
  unseen: number,
): Usage | undefined {
  if (facts.usage !== undefined) return judgeUsage(operation, reservation, facts.usage, 0);
  const { billed } = failureClasses[failureClass];
  const usage = billed === "nothing" ? undefined : estimateUsage(operation, reservation, 0);
  const isWriting = failureClass === "client-gone" || failureClass === "timeout";
  if (usage === undefined || !isWriting || operation.charge !== "input-and-output") return usage;
  const written = Math.min(unseen, reservation.outputLimit, reservation.mostOutput);
  if (!request.envelope.stream) return { ...usage, output: written };
  const showedLife = failureClass === "client-gone" ? facts.status !== undefined : error.options.showedLife === true;
  return showedLife ? { ...usage, reasoning: written } : usage;
}
