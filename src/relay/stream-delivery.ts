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
import { errorBytes, noBytes } from "./stream/error-bytes";
import type { StreamDelivery, StreamEnd } from "./stream/stream-driver";
import { IncompleteStream, ProviderStreamError } from "./stream/stream-machine";
import { UnseenOutput } from "./unseen-output";

/** `unseen`: tokens that were probably written unseen. */
type StreamEnding = Pick<Ending, "outcome" | "status" | "error"> & { readonly unseen?: number };

/** What a stream that runs is recorded by. */
export function streamDelivery(
  services: RelayServices,
  pending: Pick<PendingRequest, "close" | "dialect" | "drain" | "operation" | "running">,
  opened: Opened,
  progress: Progress,
): StreamDelivery {
  const { clock, health, onInternalError, reservations, waits } = services;
  const { close, drain, running } = pending;
  const { reservation, target, unproven } = opened;
  const unseenOutput = new UnseenOutput(services, opened);
  const sinceStart = (nowMs: number) => Math.round(nowMs - running.startedMonotonicMs);
  const measured: Measured = { responseBytes: 0, firstTokenMs: undefined };
  if (unproven === undefined) measured.firstTokenMs = sinceStart(clock.monotonicMs());
  /** What its target's health still has to be told. */
  let untold = unproven;

  const ends = endsOf(services, pending, recorderOf(services, pending, opened, { progress, unseenOutput, measured }));

  const tell = (failureClass: FailureClass | undefined, latencyMs?: number) => {
    const made = untold?.made;
    untold = undefined;
    if (failureClass !== undefined) noteFailed(health, target, failureClass, made ?? laterAttempt(clock));
    else if (made !== undefined) health.succeeded(target, made, latencyMs);
  };

  const settle = (end: StreamEnd, facts: AnswerFacts): Promise<Uint8Array | undefined> => {
    const isDrained = drain?.isRunning === true;
    if (end.how === "left" || (end.how === "broken" && (isDrained || running.inference.signal.aborted))) {
      const unseen = unseenOutput.tokens(untold);
      if (untold !== undefined) tell("client-gone");
      return ends.left(facts, unseen);
    }
    if (end.how === "broken") {
      const failureClass = classOfBreak(end.cause, facts, target);
      if (failureClass === "timeout" && untold !== undefined) {
        waits.cut(target, untold.isReasoning, clock.monotonicMs() - untold.entry.startedMs);
      }
      // A timer of ours ends what the provider may still write.
      const unseen = failureClass === "timeout" ? unseenOutput.tokens(untold) : 0;
      tell(failureClass);
      return ends.cut(facts, streamError(end.cause, facts, target), failureClass, unseen);
    }
    if (untold !== undefined) tell(undefined);
    return isDrained ? ends.left(facts, unseenOutput.tokens(undefined)) : ends.complete(facts);
  };

  return {
    sending: (bytes, outputBytes) => {
      running.kept?.addAnswer(bytes);
      measured.responseBytes += bytes.length;
      reservations.relayed(reservation, estimateTokens(outputBytes));
    },
    sent: (bytes, from, to, outputBytes) => {
      running.kept?.addAnswer(bytes, from, to);
      measured.responseBytes += to - from;
      reservations.relayed(reservation, estimateTokens(outputBytes));
    },
    readsOn: () => {
      drain?.left();
      return drain?.isRunning === true;
    },
    reading: (outputBytes) => reservations.relayed(reservation, estimateTokens(outputBytes)),
    sawFirstToken: () => {
      if (unproven === undefined) return;
      const latencyMs = unproven.entry.sawFirstToken();
      unseenOutput.sawFirstToken(unproven, latencyMs);
      measured.firstTokenMs = sinceStart(clock.monotonicMs());
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
        await close(faultOutcome(progress, error, measured.responseBytes)).catch(() => undefined);
        return errorBytes(pending, error, facts.said);
      }
    },
  };
}

/** How a stream ends: each is recorded, and gives the bytes to send in the place of the last bytes, if any. */
function endsOf(
  { onInternalError }: Pick<RelayServices, "onInternalError">,
  pending: Pick<PendingRequest, "dialect" | "operation" | "running">,
  record: ReturnType<typeof recorderOf>,
) {
  const left = async (facts: AnswerFacts, unseen: number): Promise<Uint8Array> => {
    const gone = { outcome: "client-gone", status: 499, error: clientClosed(), unseen } as const;
    await record(facts, gone).catch(() => undefined);
    return noBytes;
  };
  const cut = async (
    facts: AnswerFacts,
    error: GatewayError,
    failureClass: FailureClass,
    unseen = 0,
  ): Promise<Uint8Array> => {
    if (error.code === "internal_error" || error.options.fault === "unreadable") onInternalError(error);
    const isBilled = facts.outputBytes > 0 || failureClasses[failureClass].billed !== "nothing";
    await record(facts, { outcome: "cut", status: 200, error, unseen }, isBilled).catch(() => undefined);
    return errorBytes(pending, error, facts.said);
  };
  const complete = async (facts: AnswerFacts): Promise<Uint8Array | undefined> => {
    try {
      await record(facts, { outcome: "ok", status: 200 });
      return undefined;
    } catch (cause) {
      // It could not be recorded: that is no fault of the provider's.
      return pending.running.inference.signal.aborted ? noBytes : await cut(facts, toGatewayError(cause), "gateway");
    }
  };
  return { left, cut, complete };
}

/** Nothing is charged for what our own code cannot account for. */
function faultOutcome(progress: Progress, error: GatewayError, responseBytes: number): Outcome {
  return { ...failedOutcome(progress, error), outcome: "cut", status: 200, responseBytes };
}

function laterAttempt(clock: Clock): AttemptMade {
  return { startedMs: clock.machineMs(), isRetry: true };
}

type Opened = Pick<OpenedAttempt, "hiddenMs" | "reservation" | "target" | "unproven">;

/** What of a stream is measured while it runs. */
type Measured = { responseBytes: number; firstTokenMs: number | undefined };

/** Closes a request with what came of its stream. */
function recorderOf(
  { clock }: RelayServices,
  { close, operation }: Pick<PendingRequest, "close" | "operation">,
  { reservation }: Opened,
  parts: {
    readonly progress: Progress;
    readonly unseenOutput: UnseenOutput;
    readonly measured: Measured;
  },
) {
  const { measured, progress, unseenOutput } = parts;
  const openedMs = clock.monotonicMs();
  return (facts: AnswerFacts, { unseen = 0, ...ending }: StreamEnding, isBilled = true) => {
    const usageOf = ending.outcome === "ok" ? usageOfWhole : usageOfPart;
    const seen = isBilled ? usageOf(operation, reservation, facts) : facts.usage;
    const usage = unseen > 0 ? unseenOutput.added(seen, unseen) : seen;
    // Includes the time that a client takes which reads slower than the provider writes.
    const upstreamMs = progress.upstreamMs + clock.monotonicMs() - openedMs;
    if (ending.outcome === "ok") unseenOutput.learn(usage, upstreamMs - earlierMs(progress));
    const { firstTokenMs, responseBytes } = measured;
    const ended = { ...ending, upstreamMs, responseBytes };
    return close(outcomeOf(progress, facts, usage, firstTokenMs === undefined ? ended : { ...ended, firstTokenMs }));
  };
}

/** What came before the attempt that answered. */
function earlierMs({ attempts, upstreamMs }: Progress): number {
  return Math.max(0, upstreamMs - (attempts.at(-1)?.durationMs ?? 0));
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
