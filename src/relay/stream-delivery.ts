import type { Clock } from "#core/clock";
import { clientClosed, GatewayError, toGatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { Target } from "#core/target";
import { failedOutcome, type Outcome, type Progress } from "#governance/outcome";
import { classifyError, type FailureClass, failureClasses } from "#routing/failure-classes";
import type { AttemptMade, TargetHealth } from "#routing/target-health";
import type { AnswerFacts } from "./answer-facts";
import { type Ending, outcomeOf } from "./answer-outcome";
import type { OpenedAttempt } from "./attempt/open-answer";
import { errorInStream, errorOfAnswer, failureInAnswer } from "./attempt/upstream-failure";
import { usageOfPart, usageOfWhole } from "./estimate-usage";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import { idsOf } from "./response-headers";
import type { StreamDelivery, StreamEnd } from "./stream/stream-driver";
import { IncompleteStream, ProviderStreamError } from "./stream/stream-machine";

/** What a stream that runs is recorded by. */
export function streamDelivery(
  { clock, health, onInternalError, reservations, waits }: RelayServices,
  { close, dialect, operation, running }: Pick<PendingRequest, "close" | "dialect" | "operation" | "running">,
  { reservation, target, unproven }: Pick<OpenedAttempt, "reservation" | "target" | "unproven">,
  progress: Progress,
): StreamDelivery {
  const { inference, kept } = running;
  const openedMs = clock.monotonicMs();
  const sinceStart = (nowMs: number) => Math.round(nowMs - running.startedMonotonicMs);
  let firstTokenMs = unproven === undefined ? sinceStart(openedMs) : undefined;
  /** What its target's health still has to be told. */
  let untold = unproven;
  let responseBytes = 0;

  const record = (facts: AnswerFacts, ending: Pick<Ending, "outcome" | "status" | "error">, isBilled = true) => {
    const usageOf = ending.outcome === "ok" ? usageOfWhole : usageOfPart;
    const usage = isBilled ? usageOf(operation, reservation, facts) : facts.usage;
    // Includes the time that a client takes which reads slower than the provider writes.
    const upstreamMs = progress.upstreamMs + clock.monotonicMs() - openedMs;
    const ended = { ...ending, upstreamMs, responseBytes };
    return close(outcomeOf(progress, facts, usage, firstTokenMs === undefined ? ended : { ...ended, firstTokenMs }));
  };
  const recordLeft = async (facts: AnswerFacts): Promise<string> => {
    await record(facts, { outcome: "client-gone", status: 499, error: clientClosed() }).catch(() => undefined);
    return "";
  };
  const recordCut = async (facts: AnswerFacts, error: GatewayError, failureClass: FailureClass): Promise<string> => {
    if (error.code === "internal_error" || error.options.fault === "unreadable") onInternalError(error);
    const isBilled = facts.outputChars > 0 || failureClasses[failureClass].billed !== "nothing";
    await record(facts, { outcome: "cut", status: 200, error }, isBilled).catch(() => undefined);
    return dialect.encodeStreamError(error, idsOf(running).requestId);
  };
  const recordComplete = async (facts: AnswerFacts): Promise<string | undefined> => {
    try {
      await record(facts, { outcome: "ok", status: 200 });
      return undefined;
    } catch (cause) {
      // It could not be recorded: that is no fault of the provider's.
      return inference.signal.aborted ? "" : await recordCut(facts, toGatewayError(cause), "gateway");
    }
  };

  const tell = (failureClass: FailureClass | undefined, latencyMs?: number) => {
    const made = untold?.made;
    untold = undefined;
    if (failureClass !== undefined) noteFailed(health, target, failureClass, made ?? laterAttempt(clock));
    else if (made !== undefined) health.succeeded(target, made, latencyMs);
  };

  const settle = (end: StreamEnd, facts: AnswerFacts): Promise<string | undefined> => {
    if (end.how === "left" || (end.how === "broken" && inference.signal.aborted)) {
      if (untold !== undefined) tell("client-gone");
      return recordLeft(facts);
    }
    if (end.how === "broken") {
      const failureClass = classOfBreak(end.cause, facts, target);
      if (failureClass === "timeout" && untold !== undefined) {
        waits.cut(target, untold.isReasoning, clock.monotonicMs() - untold.entry.startedMs);
      }
      tell(failureClass);
      return recordCut(facts, streamError(end.cause, facts, target), failureClass);
    }
    if (untold !== undefined) tell(undefined);
    return recordComplete(facts);
  };

  return {
    sending: (bytes, outputChars) => {
      kept?.addAnswer(bytes);
      responseBytes += bytes.length;
      reservations.relayed(reservation, estimateTokens(outputChars));
    },
    sawFirstToken: () => {
      if (unproven === undefined) return;
      const latencyMs = unproven.entry.sawFirstToken();
      firstTokenMs = sinceStart(clock.monotonicMs());
      tell(undefined, latencyMs);
      waits.came(target, unproven.isReasoning, latencyMs);
    },
    close: async (end, facts) => {
      try {
        return await settle(end, facts);
      } catch (cause) {
        // Whatever fails in our own code here: the request ends, and what it holds is given back.
        const error = toGatewayError(cause);
        onInternalError(error);
        await close(faultOutcome(progress, error, responseBytes)).catch(() => undefined);
        return dialect.encodeStreamError(error, idsOf(running).requestId);
      }
    },
  };
}

/** Nothing is charged for what our own code cannot account for. */
function faultOutcome(progress: Progress, error: GatewayError, responseBytes: number): Outcome {
  return { ...failedOutcome(progress, error), outcome: "cut", status: 200, responseBytes };
}

function laterAttempt(clock: Clock): AttemptMade {
  return { startedMs: clock.machineMs(), isRetry: true };
}

/** A stream that broke after its beginning is no success after all, though no other target can be asked any more. */
function noteFailed(health: TargetHealth, target: Target, failureClass: FailureClass, made: AttemptMade): void {
  health.failed(target, { ...made, failureClass, status: undefined, retryAfterMs: undefined });
}

/** The provider's error by what it says; a timer, what steps do, and a fault of our own are told apart; all else is no answer. */
function classOfBreak(cause: unknown, { error }: AnswerFacts, target: Target): FailureClass {
  if (cause instanceof ProviderStreamError && error !== undefined) return failureInAnswer(error, target).failureClass;
  if (cause instanceof ProviderStreamError || cause instanceof IncompleteStream) return "invalid-answer";
  return classifyError(errorOfAnswer(cause, target));
}

function streamError(cause: unknown, facts: AnswerFacts, target: Target): GatewayError {
  const { id } = target.provider;
  if (cause instanceof ProviderStreamError) return errorInStream(facts.error ?? { message: "" }, target);
  if (cause instanceof IncompleteStream) {
    return new GatewayError("upstream_error", `The provider "${id}" closed its stream before the answer was complete`);
  }
  return errorOfAnswer(cause, target);
}
