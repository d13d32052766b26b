import { type GatewayError, toGatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import { streamDefaults } from "#core/stream-defaults";
import { InvalidAnswer } from "#dialects/operation";
import { failedOutcome, type Progress } from "#governance/outcome";
import { attemptTargets } from "#routing/attempt";
import type { Plan } from "#routing/plan";
import type { AnswerOpener } from "./attempt/open-answer";
import { ProgressTracker } from "./attempt/track-progress";
import { deliverStream, streamHead } from "./deliver";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import type { FittedTargets } from "./request/fitted-targets";
import { ClientStream, lastWords } from "./stream/client-stream";
import { errorBytes, noBytes } from "./stream/error-bytes";
import { reframed } from "./stream/reframed-body";
import type { StreamDriver } from "./stream/stream-driver";

/** Answers a request with a failure: it is recorded, and the client told with a status of its own. */
type Fail = (pending: PendingRequest, progress: Progress, cause: unknown) => Promise<InferenceResponse>;

/**
 * Asks targets for a stream. The answer is given when its headers are to go out: with the first token, or before it at the
 * time of the settings. Attempts then go on beneath it, and their failure is an event.
 */
export function createStreamServing(
  services: RelayServices & { readonly targets: FittedTargets },
  openAnswer: AnswerOpener,
  fail: Fail,
): (pending: PendingRequest, plan: Plan) => Promise<InferenceResponse> {
  const failInStream = createFailingInStream(services);
  // Not made for each request: it would keep the request, with its body, as long as the stream.
  const onFault = (cause: unknown) => services.onInternalError(toGatewayError(cause));

  /** Rejects where our own code fails twice. */
  const answer = async (
    pending: PendingRequest,
    plan: Plan,
    tracker: ProgressTracker,
    client: ClientStream,
  ): Promise<void> => {
    let open: StreamDriver | undefined;
    try {
      const opened = await attemptTargets(plan, tracker);
      const { answer: answered } = opened;
      if (answered.kind === "whole") throw new InvalidAnswer("it is whole where a stream was asked for");
      open = answered.stream;
      const { head, body } = deliverStream(services, pending, opened, tracker.soFar(), open);
      client.answer(head, body);
    } catch (cause) {
      open?.close();
      const isTold = client.settle();
      const progress = tracker.soFar();
      if (!isTold) client.refuse(await fail(pending, progress, cause));
      else
        client.answer(streamHead(services, pending, progress), lastWords(await failInStream(pending, progress, cause)));
    }
    // A client that goes before its answer is asked for the first byte leaves no other trace.
    const { signal } = pending.running.inference;
    if (signal.aborted) client.leave();
    else signal.addEventListener("abort", client.leave, { once: true });
  };

  return (pending, plan) => {
    const { operation, running } = pending;
    const { headersAfterMs, keepAliveMs } = streamDefaults;
    const { streamHeadersAfterMs = headersAfterMs, keepAliveMs: everyMs = keepAliveMs } = running.settings;
    const tracker = new ProgressTracker(services, openAnswer, pending);
    const form = operation.answer.stream?.reframing?.(running.inference.query);
    const headers = Promise.withResolvers<InferenceResponse>();
    const client = new ClientStream(
      services.ticker,
      {
        headersAfterMs: streamHeadersAfterMs,
        keepAlive: form?.keepAlive ?? operation.answer.stream?.keepAlive,
        keepAliveMs: everyMs,
        onFault,
      },
      headers,
      () => (tracker.hasBegun ? streamHead(services, pending, tracker.soFar()) : undefined),
    );
    answer(pending, plan, tracker, client).catch((cause) => client.abandon(cause));
    client.begun();
    return form === undefined ? headers.promise : headers.promise.then((response) => reframed(response, form));
  };
}

/** Ends a request whose client has its headers already, with a status that was too good. Gives its last words. */
function createFailingInStream({ onInternalError }: RelayServices) {
  return async (pending: PendingRequest, progress: Progress, cause: unknown): Promise<Uint8Array> => {
    const { close, running } = pending;
    const error: GatewayError = toGatewayError(cause);
    if (error.code === "internal_error" && error.options.fault === undefined) onInternalError(error);
    const failed = failedOutcome(progress, error);
    const isGone = failed.outcome === "client-gone";
    const bytes = isGone ? noBytes : errorBytes(pending, error);
    running.kept?.addAnswer(bytes);
    const outcome = isGone ? failed : { ...failed, status: 200, responseBytes: bytes.length };
    await close(outcome).catch(() => undefined);
    return bytes;
  };
}
