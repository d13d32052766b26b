import { toGatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import { formatDollars } from "#core/money";
import { failedOutcome, type Progress } from "#governance/outcome";
import { totalCost } from "#governance/spending";
import type { Plan } from "#routing/plan";
import { type Asked, createTargetAsker } from "./attempt/ask-targets";
import { deliver } from "./deliver";
import { errorResponse } from "./error-response";
import type { Exchange } from "./exchange";
import { fallbackAnswer, type OwnAnswer } from "./own-answer";
import type { RelayServices } from "./relay-services";
import { answerHeaders, idsOf } from "./response-headers";

/** What becomes of running requests. None of it rejects; all but `ask` end the request, of a stream at its last bytes. */
export type Relay = {
  readonly ask: (exchange: Exchange, plan: Plan) => Promise<Asked>;
  /** Hands the client what came of asking. */
  readonly deliver: (exchange: Exchange, asked: Asked) => Promise<InferenceResponse>;
  /** Answers in the gateway's own name, without a provider. The answer is written once it is held for. */
  readonly answerLocally: (
    exchange: Exchange,
    progress: Progress,
    write: () => OwnAnswer,
  ) => Promise<InferenceResponse>;
  readonly fail: (exchange: Exchange, progress: Progress, cause: unknown) => Promise<InferenceResponse>;
};

export function createRelay(services: RelayServices): Relay {
  const { onInternalError, reservations } = services;

  const fail: Relay["fail"] = async (exchange, progress, cause) => {
    const error = toGatewayError(cause);
    if (error.code === "internal_error") onInternalError(error);
    await exchange.close(failedOutcome(progress, error)).catch(() => undefined);
    const headers = answerHeaders(reservations, exchange, progress);
    const cost = progress.reservation && totalCost(progress.reservation.spent);
    if (cost !== undefined) headers.cost = formatDollars(cost);
    return errorResponse(error, exchange.dialect, headers);
  };

  const answerLocally: Relay["answerLocally"] = async (exchange, progress, write) => {
    const { close, demand, running } = exchange;
    let { reservation } = progress;
    if (reservation === undefined) {
      const held = reservations.reserve(running, { target: undefined, healthRow: -1, demand }, undefined);
      if ("refused" in held) return fail(exchange, withLimits(progress, held.rateLimits), held.refused);
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
      return fail(exchange, { ...progress, reservation }, cause);
    }
  };

  return {
    ask: createTargetAsker(services),
    deliver: async (exchange, asked) => {
      try {
        if (asked.kind === "answered") return await deliver(services, exchange, asked);
        const write = fallbackAnswer(exchange, asked);
        if (write !== undefined) return await answerLocally(exchange, asked.progress, write);
        return await fail(exchange, asked.progress, asked.error);
      } catch (cause) {
        return await fail(exchange, asked.progress, cause);
      }
    },
    answerLocally,
    fail,
  };
}

function withLimits(progress: Progress, refusedLimits: Progress["refusedLimits"]): Progress {
  return refusedLimits === undefined ? progress : { ...progress, refusedLimits };
}
