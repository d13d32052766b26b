import { GatewayError, toGatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import { formatDollars } from "#core/money";
import { InvalidAnswer } from "#dialects/operation";
import { failedOutcome, noProgress, type Progress } from "#governance/outcome";
import { tokensOf, totalCost } from "#governance/spending";
import { attemptTargets } from "#routing/attempt";
import type { Plan } from "#routing/plan";
import { createAnswerOpener, type OpenedAttempt } from "./attempt/open-answer";
import { ProgressTracker } from "./attempt/track-progress";
import { deliverUnfinished, deliverWhole, outcomeOfWhole } from "./deliver";
import { errorResponse } from "./error-response";
import { fallbackAnswer, type OwnAnswer, type Unanswered } from "./own-answer";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import { FittedTargets } from "./request/fitted-targets";
import { answerHeaders, headersWith } from "./response-headers";
import { createStreamServing } from "./serve-stream";

/** What becomes of running requests. None of it rejects; all of it ends the request, of a stream at its last bytes. */
export type Relay = {
  /**
   * Asks the planned targets until one answers, and hands the client what came of it. Before every attempt its worst case is
   * held; each is noted.
   */
  readonly serve: (pending: PendingRequest, plan: Plan) => Promise<InferenceResponse>;
  /** Answers in the gateway's own name, without a provider. The answer is written once it is held for. */
  readonly answerLocally: (
    pending: PendingRequest,
    progress: Progress,
    write: () => OwnAnswer,
  ) => Promise<InferenceResponse>;
  readonly fail: (pending: PendingRequest, progress: Progress, cause: unknown) => Promise<InferenceResponse>;
};

export function createRelay(services: RelayServices): Relay {
  const { background, onInternalError, reservations } = services;
  const openAnswer = createAnswerOpener(services);
  const prepare = { ...services, targets: new FittedTargets() };

  const fail: Relay["fail"] = async (pending, progress, cause) => {
    const error = toGatewayError(cause);
    if (error.code === "internal_error" && error.options.fault === undefined) onInternalError(error);
    await pending.close(failedOutcome(progress, error)).catch(() => undefined);
    const headers = answerHeaders(reservations, pending, progress);
    if (progress.dropped.length > 0) headers.dropped = progress.dropped;
    const cost = progress.reservation && totalCost(progress.reservation.spent);
    if (cost !== undefined) headers.cost = formatDollars(cost);
    return errorResponse(error, pending.dialect, headers, isCharged(progress));
  };

  const answerLocally: Relay["answerLocally"] = async (pending, progress, write) => {
    const { close, demand, running } = pending;
    let { reservation } = progress;
    if (reservation === undefined) {
      const asked = reservations.reserve(running, { target: undefined, healthRow: -1, demand }, undefined);
      const held = "climb" in asked ? asked.refuse() : asked;
      if ("refused" in held) return fail(pending, withLimits(progress, held.rateLimits), held.refused);
      reservation = held;
    }
    try {
      const { contentType, body, estimated } = write();
      running.kept?.addAnswer(Buffer.from(body));
      const responseBytes = Buffer.byteLength(body);
      await close({ ...progress, reservation, outcome: "ok", status: 200, responseBytes });
      const headers = headersWith(pending, progress.attempts.length);
      return { status: 200, contentType, body, headers: estimated === undefined ? headers : { ...headers, estimated } };
    } catch (cause) {
      return fail(pending, { ...progress, reservation }, cause);
    }
  };

  const failUnanswered = async (pending: PendingRequest, progress: Progress, unanswered: Unanswered) => {
    try {
      const write = fallbackAnswer(pending, unanswered);
      if (write !== undefined) return await answerLocally(pending, progress, write);
    } catch (cause) {
      return await fail(pending, progress, cause);
    }
    return await fail(pending, progress, unanswered.error);
  };

  /** One function for all of it: each that awaits another costs every request a promise, a frame and a turn. */
  const serveWhole: Relay["serve"] = async (pending, plan) => {
    const tracker = new ProgressTracker(prepare, openAnswer, pending);
    let opened: OpenedAttempt;
    try {
      opened = await attemptTargets(plan, tracker);
    } catch (cause) {
      const error: GatewayError = toGatewayError(cause);
      return await failUnanswered(pending, tracker.soFar(), { error, noTarget: plan.length === 0 });
    }
    const progress = tracker.soFar();
    try {
      const { answer } = opened;
      if (answer.kind === "stream") throw new InvalidAnswer("it is a stream where a whole answer was asked for");
      const { unfinished } = answer;
      if (unfinished !== undefined) return deliverUnfinished(services, pending, opened, progress, answer, unfinished);
      const outcome = outcomeOfWhole(pending, opened, progress, services.speeds, answer);
      return deliverWhole(services, pending, answer, outcome, await pending.close(outcome));
    } catch (cause) {
      return await fail(pending, progress, cause);
    }
  };

  const serveStream = createStreamServing(prepare, openAnswer, fail);
  const serve: Relay["serve"] = (pending, plan) => {
    const { isBackground, stream } = pending.request.envelope;
    if (isBackground === true && !background.hasRoom()) return fail(pending, noProgress, noRoom());
    return stream ? serveStream(pending, plan) : serveWhole(pending, plan);
  };

  return { serve, answerLocally, fail };
}

function noRoom(): GatewayError {
  const message = "Cannot answer in the background: as many answers as this worker follows are being made already";
  return new GatewayError("overloaded", message, { retryAfterS: 10 });
}

/** Whether an attempt that failed may cost something nevertheless. */
function isCharged({ reservation }: Progress): boolean {
  const usage = reservation?.spent.usage;
  return usage !== undefined && tokensOf(usage) > 0;
}

function withLimits(progress: Progress, refusedLimits: Progress["refusedLimits"]): Progress {
  return refusedLimits === undefined ? progress : { ...progress, refusedLimits };
}
