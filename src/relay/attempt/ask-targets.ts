import { type GatewayError, toGatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Progress } from "#governance/outcome";
import type { Reservation } from "#governance/reservation";
import { attemptTargets } from "#routing/attempt";
import type { Plan } from "#routing/plan";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import { createAnswerOpener } from "./open-answer";
import type { OpenedAnswer } from "./read-answer";
import { ProgressTracker } from "./track-progress";

/** What came of asking: an answer that the client may have, or the error of the last attempt. */
export type Asked = Answered | Unanswered;

export type Unanswered = {
  readonly kind: "failed";
  readonly error: GatewayError;
  readonly progress: Progress;
  /** Nothing could be asked: the plan was empty. */
  readonly noTarget: boolean;
};

export type Answered = {
  readonly kind: "answered";
  readonly answer: OpenedAnswer;
  readonly target: Target;
  /** Of the attempt that answered. */
  readonly reservation: Reservation;
  readonly progress: Progress;
};

/** Asks the planned targets until one answers. Before every attempt its worst case is held; each is noted. Never rejects. */
export function createTargetAsker(services: RelayServices): (pending: PendingRequest, plan: Plan) => Promise<Asked> {
  const openAnswer = createAnswerOpener(services);

  return async (pending, plan) => {
    const tracker = new ProgressTracker(services, openAnswer, pending);
    try {
      const { answer, reservation, target } = await attemptTargets(plan, tracker);
      return { kind: "answered", answer, target, reservation, progress: tracker.soFar() };
    } catch (cause) {
      return { kind: "failed", error: toGatewayError(cause), progress: tracker.soFar(), noTarget: plan.length === 0 };
    }
  };
}
