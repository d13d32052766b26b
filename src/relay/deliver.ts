import { clientClosed } from "#core/errors";
import type { InferenceResponse, StreamedBody } from "#core/inference";
import { formatDollars } from "#core/money";
import type { RequestRecord } from "#core/record";
import { outputTotal } from "#core/usage";
import type { Outcome, Progress } from "#governance/outcome";
import type { OutputSpeeds } from "#routing/output-speeds";
import { type Ending, outcomeOf } from "./answer-outcome";
import type { OpenedAttempt } from "./attempt/open-answer";
import type { Unfinished, WholeAnswer } from "./attempt/whole-answer";
import { usageAsHeld } from "./background";
import type { Drain } from "./drain";
import { usageOfWhole } from "./estimate-usage";
import type { PendingRequest } from "./pending-request";
import type { RelayServices } from "./relay-services";
import { answerHeaders } from "./response-headers";
import type { StreamHead } from "./stream/client-stream";
import type { StreamDriver } from "./stream/stream-driver";
import { streamDelivery } from "./stream-delivery";

/** What came of a request with a whole answer. It is recorded before the answer goes out. */
export function outcomeOfWhole(
  { drain, operation, running }: PendingRequest,
  { reservation, target }: Pick<OpenedAttempt, "reservation" | "target">,
  progress: Progress,
  speeds: OutputSpeeds,
  { body, facts }: WholeAnswer,
): Outcome {
  running.kept?.addAnswer(body);
  const usage = usageOfWhole(operation, reservation, facts);
  const tookMs = progress.attempts.at(-1)?.durationMs;
  if (usage?.estimated === false && tookMs !== undefined) speeds.wrote(target, outputTotal(usage), tookMs);
  return outcomeOf(progress, facts, usage, wholeEnding(drain, progress, body));
}

/** What was read on after the client had left tells what it costs, and goes no further. */
function wholeEnding(drain: Drain | undefined, { upstreamMs }: Progress, body: Uint8Array): Ending {
  if (drain?.isRunning === true)
    return { outcome: "client-gone", status: 499, error: clientClosed(), upstreamMs, responseBytes: 0 };
  return { outcome: "ok", status: 200, upstreamMs, responseBytes: body.length };
}

/** A whole answer that is recorded. */
export function deliverWhole(
  { reservations }: RelayServices,
  pending: PendingRequest,
  { body, contentType }: WholeAnswer,
  outcome: Outcome,
  record: RequestRecord | undefined,
): InferenceResponse {
  const headers = answerHeaders(reservations, pending, outcome);
  if (outcome.dropped.length > 0) headers.dropped = outcome.dropped;
  if (record?.cost !== undefined) headers.cost = formatDollars(record.cost);
  if (record?.usage?.estimated === true) headers.estimated = ["usage"];
  return { status: 200, contentType, headers, body };
}

/** An answer that its provider goes on making: it is recorded and charged once it is complete. */
export function deliverUnfinished(
  { background, reservations }: RelayServices,
  { close, dialect, operation, running }: PendingRequest,
  { reservation, target }: OpenedAttempt,
  progress: Progress,
  { body, contentType }: WholeAnswer,
  { id, sealer }: Unfinished,
): InferenceResponse {
  const { askedBy = "" } = operation.background ?? {};
  const path = target.dialect.paths[askedBy]?.whole.replace("{id}", () => encodeURIComponent(id)) ?? "";
  // Where this process dies first, all that was held is charged.
  reservations.relayed(reservation, usageAsHeld(reservation).output);
  background.follow({ close, operation, running, target, reservation, progress, path, sealer });
  return { status: 200, contentType, headers: answerHeaders(reservations, { dialect, running }, progress), body };
}

/** An answer that streams: its last bytes go out once it is recorded. */
export function deliverStream(
  services: RelayServices,
  { close, dialect, drain, operation, running }: PendingRequest,
  opened: OpenedAttempt,
  progress: Progress,
  stream: StreamDriver,
): { readonly head: StreamHead; readonly body: StreamedBody } {
  // What lives as long as the stream refers to nothing that holds the request's body.
  const pending = { close, dialect, drain, operation, running };
  const body = stream.bodyWith(streamDelivery(services, pending, opened, progress));
  return { head: streamHead(services, pending, progress), body };
}

/** What goes before a streamed answer, also before it is known which target it comes from. */
export function streamHead(
  { reservations }: RelayServices,
  pending: Pick<PendingRequest, "dialect" | "operation" | "running">,
  progress: Progress,
): StreamHead {
  const headers = answerHeaders(reservations, pending, progress);
  if (progress.dropped.length > 0) headers.dropped = progress.dropped;
  const contentType = pending.operation.answer.stream?.framing.contentType ?? "application/octet-stream";
  return { status: 200, contentType, headers };
}
