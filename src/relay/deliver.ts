import type { InferenceResponse } from "#core/inference";
import { formatDollars } from "#core/money";
import { outcomeOf } from "./answer-outcome";
import type { Answered } from "./attempt/ask-targets";
import type { WholeAnswer } from "./attempt/read-answer";
import { usageOfWhole } from "./estimate-usage";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import { answerHeaders } from "./response-headers";
import type { StreamDriver } from "./stream/stream-driver";
import { streamDelivery } from "./stream-delivery";

/**
 * Hands an answer to the client: a whole one once it is recorded, a streamed one at once, its last bytes once it is
 * recorded. Rejects when a whole answer cannot be recorded.
 */
export function deliver(
  services: RelayServices,
  pending: PendingRequest,
  answered: Answered,
): Promise<InferenceResponse> | InferenceResponse {
  const { answer } = answered;
  if (answer.kind === "whole") return deliverWhole(services, pending, answered, answer);
  // What lives as long as the stream refers to nothing that holds the request's body.
  const { close, dialect, operation, running } = pending;
  return deliverStream(services, { close, dialect, operation, running }, answered, answer.stream);
}

async function deliverWhole(
  services: RelayServices,
  pending: PendingRequest,
  answered: Answered,
  { body, contentType, facts }: WholeAnswer,
): Promise<InferenceResponse> {
  const { close, operation, running } = pending;
  running.kept?.addAnswer(typeof body === "string" ? Buffer.from(body) : body);
  const usage = usageOfWhole(operation, answered.reservation.estimatedInput, facts);
  const { progress } = answered;
  const ending = {
    outcome: "ok",
    status: 200,
    upstreamMs: progress.upstreamMs,
    responseBytes: Buffer.byteLength(body),
  } as const;
  const outcome = outcomeOf(progress, facts, usage, ending);
  const record = await close(outcome);
  const headers = answerHeaders(services.reservations, pending, progress);
  if (outcome.dropped.length > 0) headers.dropped = outcome.dropped;
  if (record?.cost !== undefined) headers.cost = formatDollars(record.cost);
  if (record?.usage?.estimated === true) headers.estimated = ["usage"];
  return { status: 200, contentType, headers, body };
}

function deliverStream(
  services: RelayServices,
  pending: Omit<PendingRequest, "request" | "demand">,
  answered: Answered,
  stream: StreamDriver,
): InferenceResponse {
  const { operation, running } = pending;
  const { progress } = answered;
  const headers = answerHeaders(services.reservations, pending, progress);
  if (progress.dropped.length > 0) headers.dropped = progress.dropped;
  const body = stream.bodyWith(streamDelivery(services, pending, answered, stream.beginning.token));
  // A client that goes before its answer is asked for the first byte leaves no other trace.
  const { signal } = running.inference;
  if (signal.aborted) body.leave();
  else signal.addEventListener("abort", body.leave, { once: true });
  const contentType = operation.answer.stream?.framing.contentType ?? "application/octet-stream";
  return { status: 200, contentType, headers, body };
}
