import type { Completion } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { BeforeStep, Step, Verdict } from "#core/step";
import { expand } from "#dialects/collect";
import { writeJson } from "#lib/json-text";
import type { OwnAnswer } from "../own-answer";
import type { PendingRequest } from "../pending-request";
import { withRequest } from "../request/with-request";
import { envelopeView, requestView } from "./request-view";

/** What the steps before the first attempt make of a request: it goes on, changed or not, or a step answered it. */
export type Guarded =
  | { readonly kind: "go"; readonly pending: PendingRequest }
  | { readonly kind: "answer"; readonly answer: OwnAnswer };

/** Asks the steps one after the other. Rejects with what a step throws. */
export type Guard = (pending: PendingRequest) => Promise<Guarded>;

/** Undefined where no step is to be asked, so that requests pay for none. */
export function createGuard(steps: readonly Step[], nowMs: () => number): Guard | undefined {
  const before = steps.filter((step) => step.sees !== "answer");
  if (before.length === 0) return undefined;
  return async (pending) => {
    let current = pending;
    for (const step of before) {
      const verdict = await ask(step, current);
      if (verdict === undefined) continue;
      if ("answer" in verdict) return { kind: "answer", answer: writeAnswer(current, verdict.answer, nowMs()) };
      current = withRequest(current, verdict.request);
    }
    return { kind: "go", pending: current };
  };
}

function ask(step: BeforeStep, pending: PendingRequest): Verdict | undefined | Promise<Verdict | undefined> {
  switch (step.sees) {
    case "nothing":
      return step.before();
    case "envelope":
      return step.before(envelopeView(pending));
    case "request":
      return step.before(requestView(pending));
  }
}

/** A step's completion as an answer in the client's dialect, whole or streamed. */
function writeAnswer(
  { operation, request, running }: PendingRequest,
  completion: Completion,
  nowMs: number,
): OwnAnswer {
  const { translation, answer } = operation;
  if (translation === undefined) throw notACompletion();
  const { streamUsage } = request.envelope;
  const context = { id: running.id, nowS: Math.floor(nowMs / 1000), streamUsage };
  if (!running.stream || answer.stream === undefined) {
    const body = writeJson(translation.endpoint.encodeResponse(completion, context));
    return { contentType: "application/json", body };
  }
  const encoder = translation.endpoint.createStreamEncoder(context);
  const body = answer.stream.framing.write(expand(completion).map(encoder.push).join(""));
  return { contentType: answer.stream.framing.contentType, body };
}

function notACompletion(): GatewayError {
  return new GatewayError("internal_error", "A step answered or changed a request that is no completion");
}
