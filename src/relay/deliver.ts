import { clientClosed, GatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { InferenceResponse } from "#core/inference";
import { formatDollars } from "#core/money";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Outcome } from "#governance/outcome";
import type { TargetHealth } from "#routing/target-health";
import type { AnswerFacts } from "./answer-facts";
import type { Answered } from "./attempt/ask-targets";
import type { WholeAnswer } from "./attempt/read-answer";
import { errorInStream, errorOfAnswer } from "./attempt/upstream-failure";
import { usageOfPart, usageOfWhole } from "./estimate-usage";
import type { Exchange } from "./exchange";
import type { RelayServices } from "./relay-services";
import { answerHeaders, idsOf } from "./response-headers";
import { type OpenedStream, type StreamDelivery, streamBody } from "./stream/stream-body";
import { IncompleteStream, ProviderStreamError } from "./stream/stream-machine";

/**
 * Hands an answer to the client: a whole one once it is recorded, a streamed one at once, its last bytes once it is
 * recorded. Rejects when a whole answer cannot be recorded.
 */
export async function deliver(
  services: RelayServices,
  exchange: Exchange,
  answered: Answered,
): Promise<InferenceResponse> {
  const { answer } = answered;
  if (answer.kind === "whole") return deliverWhole(services, exchange, answered, answer);
  // What lives as long as the stream refers to nothing of the exchange that holds the request's body.
  const { close, dialect, operation, running } = exchange;
  return deliverStream(services, { close, dialect, operation, running }, answered, answer.opened);
}

async function deliverWhole(
  services: RelayServices,
  exchange: Exchange,
  answered: Answered,
  { body, contentType, facts }: WholeAnswer,
): Promise<InferenceResponse> {
  const { close, operation, running } = exchange;
  running.kept?.addAnswer(typeof body === "string" ? Buffer.from(body) : body);
  const usage = usageOfWhole(operation, answered.reservation.estimatedInput, facts);
  const outcome = outcomeOf(answered, facts, usage, { outcome: "ok", status: 200 });
  outcome.responseBytes = Buffer.byteLength(body);
  const record = await close(outcome);
  const headers = answerHeaders(services.reservations, exchange, answered.progress);
  if (outcome.dropped.length > 0) headers.dropped = outcome.dropped;
  if (record?.cost !== undefined) headers.cost = formatDollars(record.cost);
  if (record?.usage?.estimated === true) headers.estimated = ["usage"];
  return { status: 200, contentType, headers, body };
}

function deliverStream(
  services: RelayServices,
  exchange: Omit<Exchange, "request" | "demand">,
  answered: Answered,
  opened: OpenedStream,
): InferenceResponse {
  const { operation, running } = exchange;
  const { progress } = answered;
  const headers = answerHeaders(services.reservations, exchange, progress);
  if (progress.dropped.length > 0) headers.dropped = progress.dropped;
  const body = streamBody(opened, streamDelivery(services, exchange, answered, opened.machine.opening.token));
  // A client that goes before its answer is asked for the first byte leaves no other trace.
  const leave = () => void body.return();
  const { signal } = running.inference;
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  const contentType = operation.answer.stream?.framing.contentType ?? "application/octet-stream";
  return { status: 200, contentType, headers, body };
}

/** What a stream that runs is recorded by. */
function streamDelivery(
  { clock, health, onInternalError, reservations }: RelayServices,
  { close, dialect, operation, running }: Omit<Exchange, "request" | "demand">,
  answered: Answered,
  hasToken: boolean,
): StreamDelivery {
  const { inference, kept } = running;
  const { reservation, target } = answered;
  const openedMs = clock.monotonicMs();
  let responseBytes = 0;

  const record = (facts: AnswerFacts, ending: Ending) => {
    const usageOf = ending.outcome === "ok" ? usageOfWhole : usageOfPart;
    const outcome = outcomeOf(answered, facts, usageOf(operation, reservation.estimatedInput, facts), ending);
    // A client that reads slower than the provider writes cannot be told apart here.
    outcome.upstreamMs += clock.monotonicMs() - openedMs;
    outcome.responseBytes = responseBytes;
    if (hasToken) outcome.firstTokenMs = Math.round(openedMs - running.startedMonotonicMs);
    return close(outcome);
  };
  const recordLeft = async (facts: AnswerFacts): Promise<string> => {
    await record(facts, { outcome: "client-gone", status: 499, error: clientClosed() }).catch(() => undefined);
    return "";
  };
  const recordCut = async (facts: AnswerFacts, cause: unknown): Promise<string> => {
    const error = streamError(cause, facts, target);
    if (error.code === "internal_error") onInternalError(error);
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
        if (!isRefusal(end.cause)) noteBroken(health, target, clock.machineMs());
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

/** A step ended the answer, not its provider. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof GatewayError && cause.source === "client";
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

type Ending = Pick<Outcome, "outcome" | "status" | "error">;

type Draft = { -readonly [Field in keyof Outcome]: Outcome[Field] };

function outcomeOf(
  { progress }: Answered,
  { dropped, finishReason, serviceTier }: AnswerFacts,
  usage: Usage | undefined,
  ending: Ending,
): Draft {
  const outcome: Draft = { ...progress, ...ending, responseBytes: 0 };
  if (dropped.length > 0) outcome.dropped = [...new Set([...progress.dropped, ...dropped])];
  if (usage !== undefined) outcome.usage = usage;
  if (serviceTier !== undefined) outcome.serviceTier = serviceTier;
  if (finishReason !== undefined) outcome.finishReason = finishReason;
  return outcome;
}

function streamError(cause: unknown, facts: AnswerFacts, target: Target): GatewayError {
  const { id } = target.provider;
  if (cause instanceof ProviderStreamError) return errorInStream(facts.error ?? { message: "" }, target);
  if (cause instanceof IncompleteStream) {
    return new GatewayError("upstream_error", `The provider "${id}" closed its stream before the answer was complete`);
  }
  return errorOfAnswer(cause, target);
}
