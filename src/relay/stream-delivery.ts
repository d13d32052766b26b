import { clientClosed, GatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { Target } from "#core/target";
import type { Progress } from "#governance/outcome";
import type { TargetHealth } from "#routing/target-health";
import type { AnswerFacts } from "./answer-facts";
import { type Ending, outcomeOf } from "./answer-outcome";
import type { OpenedAttempt } from "./attempt/open-answer";
import { errorInStream, errorOfAnswer } from "./attempt/upstream-failure";
import { usageOfPart, usageOfWhole } from "./estimate-usage";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import { idsOf } from "./response-headers";
import type { StreamDelivery } from "./stream/stream-driver";
import { IncompleteStream, ProviderStreamError } from "./stream/stream-machine";

/** What a stream that runs is recorded by. */
export function streamDelivery(
  { clock, health, onInternalError, reservations }: RelayServices,
  { close, dialect, operation, running }: Omit<PendingRequest, "request" | "demand" | "dropped">,
  { reservation, target }: Pick<OpenedAttempt, "reservation" | "target">,
  progress: Progress,
  hasToken: boolean,
): StreamDelivery {
  const { inference, kept } = running;
  const openedMs = clock.monotonicMs();
  const firstTokenMs = hasToken ? Math.round(openedMs - running.startedMonotonicMs) : undefined;
  let responseBytes = 0;

  const record = (facts: AnswerFacts, ending: Pick<Ending, "outcome" | "status" | "error">) => {
    const usageOf = ending.outcome === "ok" ? usageOfWhole : usageOfPart;
    const usage = usageOf(operation, reservation.estimatedInput, facts);
    // Includes the time that a client takes which reads slower than the provider writes.
    const upstreamMs = progress.upstreamMs + clock.monotonicMs() - openedMs;
    const ended = { ...ending, upstreamMs, responseBytes };
    return close(outcomeOf(progress, facts, usage, firstTokenMs === undefined ? ended : { ...ended, firstTokenMs }));
  };
  const recordLeft = async (facts: AnswerFacts): Promise<string> => {
    await record(facts, { outcome: "client-gone", status: 499, error: clientClosed() }).catch(() => undefined);
    return "";
  };
  const recordCut = async (facts: AnswerFacts, cause: unknown): Promise<string> => {
    const error = streamError(cause, facts, target);
    if (error.code === "internal_error" || error.options.fault === "unreadable") onInternalError(error);
    await record(facts, { outcome: "cut", status: 200, error }).catch(() => undefined);
    return dialect.encodeStreamError(error, idsOf(running).requestId);
  };

  return {
    sending: (bytes, outputChars) => {
      kept?.addAnswer(bytes);
      responseBytes += bytes.length;
      reservations.relayed(reservation, estimateTokens(outputChars));
    },
    close: async (end, facts) => {
      if (end.how === "left" || (end.how === "broken" && inference.signal.aborted)) return recordLeft(facts);
      if (end.how === "broken") {
        if (isProvidersDoing(end.cause, target)) noteBroken(health, target, clock.machineMs());
        return recordCut(facts, end.cause);
      }
      try {
        await record(facts, { outcome: "ok", status: 200 });
        return undefined;
      } catch (cause) {
        return inference.signal.aborted ? "" : recordCut(facts, cause);
      }
    },
  };
}

/** Not a step that ended the answer, and not a fault of our own in reading it. */
function isProvidersDoing(cause: unknown, target: Target): boolean {
  if (cause instanceof ProviderStreamError || cause instanceof IncompleteStream) return true;
  const { options, source } = errorOfAnswer(cause, target);
  return source === "upstream" && options.fault !== "unreadable";
}

/** A stream that broke after its beginning is no success after all, though no other target can be asked any more. */
function noteBroken(health: TargetHealth, target: Target, nowMs: number): void {
  health.failed(target, {
    startedMs: nowMs,
    isRetry: true,
    failureClass: "invalid-answer",
    status: undefined,
    retryAfterMs: undefined,
  });
}

function streamError(cause: unknown, facts: AnswerFacts, target: Target): GatewayError {
  const { id } = target.provider;
  if (cause instanceof ProviderStreamError) return errorInStream(facts.error ?? { message: "" }, target);
  if (cause instanceof IncompleteStream) {
    return new GatewayError("upstream_error", `The provider "${id}" closed its stream before the answer was complete`);
  }
  return errorOfAnswer(cause, target);
}
