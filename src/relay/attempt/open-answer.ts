import type { Target } from "#core/target";
import { findDialect } from "#dialects/find-dialect";
import type { Operation } from "#dialects/operation";
import type { Reservation } from "#governance/reservation";
import { laidOut } from "#lib/pieced-bytes";
import { clientHeaders, constantHeaders } from "#providers/auth/headers";
import type { SignedRequest } from "#providers/auth/signed-request";
import { type Answered, type Attempt, AttemptFailure } from "#routing/attempt";
import { classifyError } from "#routing/failure-classes";
import type { AttemptMade } from "#routing/target-health";
import type { UpstreamResponse } from "#upstream/upstream";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { AttemptEntry } from "./attempt-log";
import { FixedCalls } from "./fixed-calls";
import { asClientAsks, Patience, type Thinking, thinkingOf } from "./patience";
import { createAnswerReader, type OpenedAnswer } from "./read-answer";
import type { Reserved } from "./reserved";
import { errorOfAnswer, errorOfRequest, failureFrom } from "./upstream-failure";

/**
 * Makes one attempt: sends the request to a target and reads as much as must be there before the client sees anything.
 * Rejects with AttemptFailure.
 */
export type AnswerOpener = (
  pending: PendingRequest,
  attempt: Attempt<Reserved>,
  entry: AttemptEntry,
) => Promise<Answered<OpenedAttempt>>;

/** An answer with the attempt that brought it. */
export type OpenedAttempt = {
  readonly answer: OpenedAnswer;
  readonly target: Target;
  readonly reservation: Reservation;
  /** What has to be told when its first token comes, or does not; undefined where it is there. */
  readonly unproven: UnprovenAttempt | undefined;
  /** How long it wrote unseen, before its first token, in milliseconds; 0 unless it reasons. */
  readonly hiddenMs: number;
};

/** An attempt whose stream was opened at the first sign of life. */
export type UnprovenAttempt = {
  readonly made: AttemptMade;
  readonly entry: AttemptEntry;
  readonly isReasoning: boolean;
};

export function createAnswerOpener(services: RelayServices): AnswerOpener {
  const { clock, dialects, waits } = services;
  const reader = createAnswerReader(services);
  const means: SendingMeans = {
    services,
    fixedCalls: new FixedCalls(services.signer),
    patience: new Patience(waits),
  };

  return async (pending, attempt, entry) => {
    const { made, target } = attempt;
    const streams = pending.request.envelope.stream;
    let isReasoning = false;
    let status: number | undefined;
    let latencyMs: number | undefined;
    let unproven: UnprovenAttempt | undefined;
    let hiddenMs = 0;
    try {
      const { traits } = attempt.admitted.prepared;
      const spoken = findDialect(dialects, target.dialect.name);
      const thinking = thinkingOf(pending.request.envelope, traits, target, spoken);
      isReasoning = thinking !== "none";
      const response = await send(means, pending, attempt, thinking);
      status = response.status;
      latencyMs = clock.monotonicMs() - entry.startedMs;
      if (status >= 300) throw await failureFrom(response, target, spoken, clock.nowMs(), pending.objects?.names);
      let answer: OpenedAnswer;
      if (reader.isWhole(pending, attempt)) {
        const body = response.whole(maxAnswerBytes);
        const bytes = body instanceof Promise ? await body : body;
        answer = reader.readWhole(pending, attempt, response.headers, bytes);
      } else {
        latencyMs = undefined;
        const stream = await reader.openStream(pending, attempt, response);
        answer = { kind: "stream", stream };
        if (stream.beginning.token) {
          latencyMs = clock.monotonicMs() - entry.startedMs;
          waits.came(target, isReasoning, latencyMs);
          if (isReasoning) hiddenMs = latencyMs;
        } else unproven = { made, entry, isReasoning };
      }
      return { answer: { answer, target, reservation: attempt.admitted.reservation, unproven, hiddenMs }, latencyMs };
    } catch (cause) {
      const waitedMs = clock.monotonicMs() - entry.startedMs;
      const patienceMs = streams ? Math.max(0, waitedMs - target.provider.timeouts.firstTokenMs) : 0;
      const facts = { ...(status !== undefined && { status }), ...(patienceMs > 0 && { patienceMs }) };
      const failure = toAttemptFailure(cause, target, facts, services.onInternalError);
      if (failure.failureClass === "timeout" && streams) waits.cut(target, isReasoning, waitedMs);
      throw failure;
    } finally {
      entry.end(status, latencyMs);
    }
  };
}

/** What requests are sent with. */
type SendingMeans = {
  readonly services: RelayServices;
  readonly fixedCalls: FixedCalls;
  readonly patience: Patience;
};

function send(
  means: SendingMeans,
  pending: PendingRequest,
  attempt: Attempt<Reserved>,
  thinking: Thinking,
): Promise<UpstreamResponse> {
  const { dialect, request, running } = pending;
  const { admitted, target } = attempt;
  const { embeddings, headers: own, operation, path, translation } = admitted.prepared;
  const accept = acceptOf(operation.answer, request.envelope.stream);
  const forwarded = translation === undefined && embeddings === undefined ? dialect.forwardedHeaders : nothingForwarded;
  const added = clientHeaders(forwarded, running.inference.header);
  const isPlain = added === undefined && isEmpty(own);
  const fixed =
    isPlain && running.inference.objectPath === undefined ? means.fixedCalls.find(target, path, accept) : undefined;
  if (fixed !== undefined) return sendSigned(means, pending, attempt, thinking, fixed, true);
  const headers = Object.assign(constantHeaders(target, accept), added, own);
  if (admitted.prepared.body.length === 0) delete headers["content-type"];
  return signAndSend(means, pending, attempt, thinking, headers);
}

function signAndSend(
  means: SendingMeans,
  pending: PendingRequest,
  attempt: Attempt<Reserved>,
  thinking: Thinking,
  headers: Record<string, string>,
): Promise<UpstreamResponse> {
  const { admitted, target } = attempt;
  const { body, path } = admitted.prepared;
  const url = target.provider.baseUrl + path;
  const { method = "POST" } = pending.running.inference;
  const signed = means.services.signer.sign({ method, url, headers, body: laidOut(body) }, target);
  const go = (credited: SignedRequest) => sendSigned(means, pending, attempt, thinking, credited, false);
  // A scheme that takes no time costs no turn.
  return signed instanceof Promise ? signed.then(go) : go(signed);
}

/** Without the array of names that `Object.keys` would make. */
function isEmpty(headers: { readonly [name: string]: string }): boolean {
  for (const _ in headers) return false;
  return true;
}

const nothingForwarded: readonly string[] = [];
const maxAnswerBytes = 64 * 1024 * 1024;

function sendSigned(
  { patience, services }: SendingMeans,
  { drain, request, running }: PendingRequest,
  { admitted, isLast, remainingMs, target }: Attempt<Reserved>,
  thinking: Thinking,
  { headers, url }: SignedRequest,
  headersAreFixed: boolean,
): Promise<UpstreamResponse> {
  const isStream = request.envelope.stream;
  return services.upstream({
    url,
    method: running.inference.method ?? "POST",
    headers,
    headersAreFixed,
    body: admitted.prepared.body,
    streams: isStream,
    timeouts: asClientAsks(patience.timeoutsOf({ isLast, remainingMs, target, thinking, isStream }), request.gateway),
    allowPrivateNetwork: target.provider.allowPrivateNetwork,
    caller: drain ?? running.inference,
  });
}

function acceptOf(answer: Operation["answer"], stream: boolean): string {
  if (answer.kind === "binary") return answer.accept;
  return (stream ? answer.stream?.framing.accept : undefined) ?? "application/json";
}

function toAttemptFailure(
  cause: unknown,
  target: Target,
  facts: AttemptFailure["facts"],
  onInternalError: RelayServices["onInternalError"],
): AttemptFailure {
  if (cause instanceof AttemptFailure) return cause;
  const error = facts.status === undefined ? errorOfRequest(cause, target) : errorOfAnswer(cause, target);
  const { fault } = error.options;
  if (fault === "unreadable" || fault === "unwritable") onInternalError(error);
  return new AttemptFailure(error, classifyError(error), facts);
}
