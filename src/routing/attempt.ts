import type { Clock } from "#core/clock";
import { clientClosed, GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Sleep } from "#lib/sleep";
import { classifyError, type FailureClass, failureClasses } from "./failure-classes";
import { type AttemptLimits, isSibling, mayTakeMore, type NextStep, nextStep } from "./next-step";
import type { Plan, PlannedTarget } from "./plan";
import type { AttemptMade, TargetHealth } from "./target-health";

/** An attempt that failed before anything was sent to the client. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  constructor(
    readonly error: GatewayError,
    readonly failureClass: FailureClass,
    readonly facts: {
      /** The provider's HTTP status, when one came. */
      readonly status?: number;
      /** The wait that the provider asked for. */
      readonly retryAfterMs?: number;
      /** What the provider says that it used nevertheless. */
      readonly usage?: Usage;
      /** How much longer it was waited for than usual, since it showed life: no time that the deadline counts. */
      readonly patienceMs?: number;
    } = {},
  ) {
    super(error.message, { cause: error });
  }
}

/** One attempt that is about to be made. */
export type Attempt<A> = {
  readonly target: Target;
  /** What `admit` gave for it. */
  readonly admitted: A;
  /** How much time is left for its answer to begin; undefined for the first, whose own timers are enough. */
  readonly remainingMs: number | undefined;
  /** Whether no other target is left, so that it is worth waiting longer for. */
  readonly isLast: boolean;
  /** Whether another attempt could follow it: then nothing of its answer may be sent before it is certain. */
  readonly isReplaceable: boolean;
  readonly made: AttemptMade;
};

/** What attempts are made with. `A` is what an admission gives, `T` an answer. */
export type AttemptServices<A, T> = {
  /**
   * Called before every attempt. Throws or rejects with GatewayError where the target may not be asked, or cannot be since our own code
   * fails at its request (fault `unwritable`): then it is passed over.
   */
  readonly admit: (target: Target) => A | Promise<A>;
  /** Throws AttemptFailure for whatever may be answered elsewhere; anything else ends the request at once. */
  readonly tryTarget: (attempt: Attempt<A>) => Promise<Answered<T>>;
  /** Whether the target would take the request with a shorter output limit, which its next attempt will have. */
  readonly shortens: (attempt: Attempt<A>, failure: AttemptFailure) => boolean;
  /** Called for every failed attempt, before another is admitted. */
  readonly onFailure: (attempt: Attempt<A>, failure: AttemptFailure) => void;
  /** Called once for every failed attempt, when it is known what comes next, and why. */
  readonly onNextStep: (next: string) => void;
  readonly health: TargetHealth;
  readonly clock: Pick<Clock, "machineMs">;
  readonly random: () => number;
  readonly sleep: Sleep;
  /** Aborted when the client goes away. Looked at before every attempt but the first, and of those that failed. */
  readonly signal: AbortSignal;
  readonly limits: AttemptLimits;
};

/** `latencyMs`: to its headers or first token; undefined where that is still to come: who takes the answer reports it then. */
export type Answered<T> = { readonly answer: T; readonly latencyMs: number | undefined };

/**
 * Tries targets in order until one answers, and again as the table of failure classes says. Throws the last failure's
 * error, or the first refusal where nothing could be tried at all.
 */
export function attemptTargets<A, T>(plan: Plan, services: AttemptServices<A, T>): Promise<T> {
  return new AttemptLoop(plan, services).run();
}

/** The attempts of one request: which target is next, and what has come of those before. */
class AttemptLoop<A, T> {
  private readonly startedMs: number;
  /** Not asked yet. */
  private readonly left: PlannedTarget[];
  private next: PlannedTarget | undefined;
  /** How `next` was chosen. */
  private step: keyof typeof stepNames = "fallback";
  private attempts = 0;
  /** Of the target that is next. */
  private retries = 0;
  private keyChanges = 0;
  private ownFaults = 0;
  /** How much longer than usual was waited for answers. */
  private patienceMs = 0;
  private lastError: GatewayError | undefined;
  /** Of the last failed attempt, until its next step is reported. */
  private unreported: FailureClass | undefined;
  private firstRefusal: GatewayError | undefined;

  constructor(
    plan: Plan,
    private readonly services: AttemptServices<A, T>,
  ) {
    this.startedMs = services.clock.machineMs();
    this.next = plan[0];
    this.left = plan.slice(1);
  }

  async run(): Promise<T> {
    const { health } = this.services;
    for (let planned = this.next; planned !== undefined && !this.isGivenUp(); planned = this.next) {
      const prepared = this.prepare(planned);
      const attempt = prepared instanceof Promise ? await prepared : prepared;
      if (attempt === undefined) continue;
      this.attempts += 1;
      try {
        const { answer, latencyMs } = await this.services.tryTarget(attempt);
        if (latencyMs !== undefined) health.succeeded(planned.target, attempt.made, latencyMs);
        return answer;
      } catch (cause) {
        await this.handleFailure(attempt, planned, failureOf(cause, this.services));
      }
    }
    const isGone = this.services.signal.aborted;
    this.reportNextStep(isGone ? "end: client-gone" : `end: ${this.firstRefusal?.code ?? "no target is left"}`);
    if (isGone) throw clientClosed();
    throw this.lastError ?? this.firstRefusal ?? nothingLeft();
  }

  private isGivenUp(): boolean {
    return this.attempts > 0 && this.services.signal.aborted;
  }

  private reportNextStep(next: string): void {
    if (this.unreported !== undefined) this.services.onNextStep(next);
    this.unreported = undefined;
  }

  /** What the next attempt is made with; undefined where the target is passed over. */
  private prepare(planned: PlannedTarget): Attempt<A> | undefined | Promise<Attempt<A> | undefined> {
    const { health } = this.services;
    const { admission, target } = planned;
    const isProbe = admission.state === "probe" && this.retries === 0;
    const hasProbe = isProbe && health.claimProbe(target);
    if (isProbe && !hasProbe && this.left.length > 0) {
      // Another request probes it. This one may ask it when all else has failed.
      this.left.push({ ...planned, admission: { state: "closed", why: "probed", untilMs: 0 } });
      this.passOver();
      return undefined;
    }
    try {
      const admitted = this.services.admit(target);
      if (admitted instanceof Promise) return this.prepareLater(planned, admitted, hasProbe);
      return this.attemptAt(target, admitted, this.startedMs);
    } catch (cause) {
      this.refused(planned, cause, hasProbe);
      return undefined;
    }
  }

  private async prepareLater(
    { target }: PlannedTarget,
    admission: Promise<A>,
    hasProbe: boolean,
  ): Promise<Attempt<A> | undefined> {
    try {
      const admitted = await admission;
      return this.attemptAt(target, admitted, this.services.clock.machineMs());
    } catch (cause) {
      this.refused({ target }, cause, hasProbe);
      return undefined;
    }
  }

  private attemptAt(target: Target, admitted: A, nowMs: number): Attempt<A> {
    const { clock, limits } = this.services;
    if (this.unreported !== undefined) this.reportNextStep(`${stepNames[this.step]}: ${this.unreported}`);
    return {
      target,
      admitted,
      remainingMs: this.attempts === 0 ? undefined : this.remainingMs(),
      isLast: this.left.length === 0 || !hasOther(this.left, target),
      isReplaceable: this.left.length > 0 && this.attempts + 1 < limits.maxAttempts,
      made: {
        startedMs: this.attempts === 0 ? nowMs : clock.machineMs(),
        isRetry: this.retries > 0,
      },
    };
  }

  private refused({ target }: Pick<PlannedTarget, "target">, cause: unknown, hasProbe: boolean): void {
    if (hasProbe) this.services.health.dropProbe(target);
    if (!(cause instanceof GatewayError) || cause.code === "client_closed") throw cause;
    this.noteRefusal(target, cause);
  }

  /** Passes a target over that may not be asked, or that our own code cannot write to: the latter once. */
  private noteRefusal(target: Target, error: GatewayError): void {
    this.firstRefusal ??= error;
    const failureClass = classifyError(error);
    if (failureClass === "unwritable") {
      this.ownFaults += 1;
      dropUnsuitable(this.left, target, failureClass);
    }
    if (this.ownFaults < 2) {
      this.passOver();
      return;
    }
    this.reportNextStep("end: a second fault of our own");
    this.lastError = error;
    this.next = undefined;
  }

  private remainingMs(): number {
    const { clock, limits } = this.services;
    return limits.deadlineMs - (clock.machineMs() - this.startedMs - this.patienceMs);
  }

  private passOver(): void {
    this.retries = 0;
    this.step = "fallback";
    this.next = this.left.shift();
  }

  /** Notes a failed attempt, chooses the next target and waits as long as the step asks. */
  private async handleFailure(attempt: Attempt<A>, planned: PlannedTarget, failure: AttemptFailure): Promise<void> {
    const { failureClass, facts } = failure;
    const { patienceMs = 0, status, retryAfterMs } = facts;
    this.patienceMs += patienceMs;
    this.services.health.failed(attempt.target, { ...attempt.made, failureClass, status, retryAfterMs });
    const step = this.decide(attempt, failure);
    this.lastError = failure.error;
    this.unreported = failureClass;
    this.services.onFailure(attempt, failure);
    if (step.kind === "end") {
      this.reportNextStep(`end: ${step.why}`);
      this.next = undefined;
      return;
    }
    this.step = step.kind;
    if (step.kind === "retry") {
      this.retries += 1;
      this.next = planned;
    } else {
      this.retries = 0;
      if (step.kind === "other-key") this.keyChanges += 1;
      this.left.splice(this.left.indexOf(step.to), 1);
      this.next = step.to;
    }
    if (step.delayMs > 0) await this.services.sleep(step.delayMs, this.services.signal);
  }

  private decide(attempt: Attempt<A>, failure: AttemptFailure): NextStep {
    const { clock, health, limits, random } = this.services;
    const { target } = attempt;
    const { error, failureClass, facts } = failure;
    if (this.attempts < limits.maxAttempts && this.services.shortens(attempt, failure)) return again;
    dropUnsuitable(this.left, target, failureClass);
    if (failureClasses[failureClass].elsewhere === "next-target-once") this.ownFaults += 1;
    const situation = {
      failureClass,
      retryAfterMs: facts.retryAfterMs,
      refusesRetry: error.options.shouldRetry === false,
      target,
      isOut: health.admission(target).state !== "open",
      retries: this.retries,
      keyChanges: this.keyChanges,
      ownFaults: this.ownFaults,
      left: this.left,
      attempts: this.attempts,
      elapsedMs: clock.machineMs() - this.startedMs - this.patienceMs,
      limits,
      random,
    };
    const step = nextStep({ ...situation, hasRetryBudget: true });
    if (step.kind !== "retry" || health.spendRetry(target)) return step;
    return nextStep({ ...situation, hasRetryBudget: false });
  }
}

/** Apart, for a closure would cost every attempt. */
function hasOther(left: readonly PlannedTarget[], target: Target): boolean {
  return left.some((each) => !isSibling(each.target, target));
}

function nothingLeft(): GatewayError {
  return new GatewayError("no_target_available", "Cannot route the request: no target is left");
}

/** An attempt whose client has gone failed for that reason, whatever it says. Throws what is no failure of an attempt. */
function failureOf(cause: unknown, { signal }: { readonly signal: AbortSignal }): AttemptFailure {
  if (!(cause instanceof AttemptFailure)) throw cause;
  return signal.aborted ? new AttemptFailure(clientClosed(), "client-gone", cause.facts) : cause;
}

/** Drops targets that this failure rules out: other keys of what is down, contexts that are known to be no larger. */
function dropUnsuitable(left: PlannedTarget[], failed: Target, failureClass: FailureClass): void {
  const { elsewhere } = failureClasses[failureClass];
  if (elsewhere !== "next-target" && elsewhere !== "next-target-once" && elsewhere !== "larger-context") return;
  const mayHelp = ({ target }: PlannedTarget) =>
    !isSibling(target, failed) && (elsewhere !== "larger-context" || mayTakeMore(target, failed));
  left.splice(0, left.length, ...left.filter(mayHelp));
}

const again: NextStep = { kind: "retry", delayMs: 0 };
const stepNames = { retry: "retry", "other-key": "other key", fallback: "fallback" } as const;
