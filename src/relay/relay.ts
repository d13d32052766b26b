import { toGatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import { formatDollars } from "#core/money";
import { failedOutcome, type Progress } from "#governance/outcome";
import { totalCost } from "#governance/spending";
import type { Plan } from "#routing/plan";
import { type Asked, createTargetAsker } from "./attempt/ask-targets";
import { deliver } from "./deliver";
import { errorResponse } from "./error-response";
import { fallbackAnswer, type OwnAnswer } from "./own-answer";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import { answerHeaders, idsOf } from "./response-headers";

/** What becomes of running requests. None of it rejects; all but `ask` end the request, of a stream at its last bytes. */
export type Relay = {
  readonly ask: (pending: PendingRequest, plan: Plan) => Promise<Asked>;
  /** Hands the client what came of asking. */
  readonly deliver: (pending: PendingRequest, asked: Asked) => Promise<InferenceResponse>;
  /** Answers in the gateway's own name, without a provider. The answer is written once it is held for. */
  readonly answerLocally: (
    pending: PendingRequest,
    progress: Progress,
    write: () => OwnAnswer,
  ) => Promise<InferenceResponse>;
  readonly fail: (pending: PendingRequest, progress: Progress, cause: unknown) => Promise<InferenceResponse>;
};

export function createRelay(services: RelayServices): Relay {
  const { onInternalError, reservations } = services;

  const fail: Relay["fail"] = async (pending, progress, cause) => {
    const error = toGatewayError(cause);
    if (error.code === "internal_error") onInternalError(error);
    await pending.close(failedOutcome(progress, error)).catch(() => undefined);
    const headers = answerHeaders(reservations, pending, progress);
    const cost = progress.reservation && totalCost(progress.reservation.spent);
    if (cost !== undefined) headers.cost = formatDollars(cost);
    return errorResponse(error, pending.dialect, headers);
  };

  const answerLocally: Relay["answerLocally"] = async (pending, progress, write) => {
    const { close, demand, running } = pending;
    let { reservation } = progress;
    if (reservation === undefined) {
      const held = reservations.reserve(running, { target: undefined, healthRow: -1, demand }, undefined);
      if ("refused" in held) return fail(pending, withLimits(progress, held.rateLimits), held.refused);
      reservation = held;
    }
    try {
      const { contentType, body, estimated } = write();
      running.kept?.addAnswer(Buffer.from(body));
      const responseBytes = Buffer.byteLength(body);
      await close({ ...progress, reservation, outcome: "ok", status: 200, responseBytes });
      const headers = { ...idsOf(running), attempts: progress.attempts.length };
      return { status: 200, contentType, body, headers: estimated === undefined ? headers : { ...headers, estimated } };
    } catch (cause) {
      return fail(pending, { ...progress, reservation }, cause);
    }
  };

  return {
    ask: createTargetAsker(services),
    deliver: async (pending, asked) => {
      try {
        if (asked.kind === "answered") return await deliver(services, pending, asked);
        const write = fallbackAnswer(pending, asked);
        if (write !== undefined) return await answerLocally(pending, asked.progress, write);
        return await fail(pending, asked.progress, asked.error);
      } catch (cause) {
        return await fail(pending, asked.progress, cause);
      }
    },
    answerLocally,
    fail,
  };
}

function withLimits(progress: Progress, refusedLimits: Progress["refusedLimits"]): Progress {
  return refusedLimits === undefined ? progress : { ...progress, refusedLimits };
}
