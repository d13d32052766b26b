import { toGatewayError } from "#core/errors";
import type { Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import { findDialect } from "#dialects/find-dialect";
import type { GatewayAsk } from "#dialects/gateway-ask";
import type { Operation } from "#dialects/operation";
import type { Reservation } from "#governance/reservation";
import { clientHeaders, constantHeaders } from "#providers/auth/headers";
import type { SignedRequest } from "#providers/auth/schemes";
import { type Answered, type Attempt, AttemptFailure } from "#routing/attempt";
import { classifyError } from "#routing/failure-classes";
import type { UpstreamResponse } from "#upstream/upstream";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { AttemptEntry } from "./attempt-log";
import { FixedCalls } from "./fixed-calls";
import { createAnswerReader, type OpenedAnswer } from "./read-answer";
import type { Reserved } from "./reserved";
import { errorOfAnswer, failureFrom } from "./upstream-failure";

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
};

export function createAnswerOpener(services: RelayServices): AnswerOpener {
  const { clock, dialects } = services;
  const reader = createAnswerReader(services);
  const fixedCalls = new FixedCalls(services.signer);

  return async (pending, attempt, entry) => {
    const { target } = attempt;
    let status: number | undefined;
    let latencyMs: number | undefined;
    try {
      const response = await send(services, fixedCalls, pending, attempt);
      status = response.status;
      latencyMs = clock.monotonicMs() - entry.startedMs;
      if (status >= 300) {
        throw await failureFrom(response, target, findDialect(dialects, target.dialect.name), clock.nowMs());
      }
      let answer: OpenedAnswer;
      if (reader.isWhole(pending, attempt)) {
        answer = reader.readWhole(pending, attempt, response.headers, await response.whole(maxAnswerBytes));
      } else {
        answer = await reader.openStream(pending, attempt, response);
        latencyMs = clock.monotonicMs() - entry.startedMs;
      }
      return { answer: { answer, target, reservation: attempt.admitted.reservation }, latencyMs };
    } catch (cause) {
      throw toAttemptFailure(cause, target, status, services.onInternalError);
    } finally {
      entry.end(status, latencyMs);
    }
  };
}

function send(
  services: RelayServices,
  fixedCalls: FixedCalls,
  pending: PendingRequest,
  attempt: Attempt<Reserved>,
): Promise<UpstreamResponse> {
  const { dialect, request, running } = pending;
  const { admitted, target } = attempt;
  const { headers: own, operation, path, translation } = admitted.prepared;
  const accept = acceptOf(operation.answer, request.envelope.stream);
  const forwarded = translation === undefined ? dialect.forwardedHeaders : nothingForwarded;
  const added = clientHeaders(forwarded, running.inference.header);
  const isPlain = added === undefined && isEmpty(own);
  const fixed = isPlain ? fixedCalls.find(target, path, accept) : undefined;
  if (fixed !== undefined) return sendSigned(services, pending, attempt, fixed, true);
  return signAndSend(services, pending, attempt, Object.assign(constantHeaders(target, accept), added, own));
}

function signAndSend(
  services: RelayServices,
  pending: PendingRequest,
  attempt: Attempt<Reserved>,
  headers: Record<string, string>,
): Promise<UpstreamResponse> {
  const { admitted, target } = attempt;
  const { body, path } = admitted.prepared;
  const url = target.provider.baseUrl + path;
  const signed = services.signer.sign({ method: "POST", url, headers, body }, target);
  const go = (credited: SignedRequest) => sendSigned(services, pending, attempt, credited, false);
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
  { upstream }: RelayServices,
  { request, running }: PendingRequest,
  attempt: Attempt<Reserved>,
  { headers, url }: SignedRequest,
  headersAreFixed: boolean,
): Promise<UpstreamResponse> {
  return upstream({
    url,
    method: "POST",
    headers,
    headersAreFixed,
    body: attempt.admitted.prepared.body,
    streams: request.envelope.stream,
    timeouts: asClientAsks(timeoutsOf(attempt), request.gateway),
    allowPrivateNetwork: attempt.target.provider.allowPrivateNetwork,
    caller: running.inference,
  });
}

function acceptOf(answer: Operation["answer"], stream: boolean): string {
  if (answer.kind === "binary") return answer.accept;
  return (stream ? answer.stream?.framing.accept : undefined) ?? "application/json";
}

/** A further attempt's answer has to begin in time; the last one's first token may be long in coming. */
function timeoutsOf({ isLast, remainingMs, target }: Attempt<Reserved>): Timeouts {
  const { timeouts } = target.provider;
  const { firstTokenMs, patientFirstTokenMs = firstTokenMs } = timeouts;
  const patient =
    isLast && patientFirstTokenMs > firstTokenMs ? { ...timeouts, firstTokenMs: patientFirstTokenMs } : timeouts;
  return remainingMs === undefined ? patient : within(patient, remainingMs);
}

/** A client may ask for less time than the provider has, never for more. */
function asClientAsks(timeouts: Timeouts, gateway: GatewayAsk | undefined): Timeouts {
  const { firstTokenMs, timeoutMs } = gateway ?? {};
  if (firstTokenMs === undefined && timeoutMs === undefined) return timeouts;
  const toStart = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, firstTokenMs ?? Number.POSITIVE_INFINITY);
  const totalMs = Math.min(timeouts.totalMs, timeoutMs ?? timeouts.totalMs);
  return { ...within(timeouts, toStart), totalMs };
}

function within(timeouts: Timeouts, remainingMs: number): Timeouts {
  const headersMs = Math.min(timeouts.headersMs, remainingMs);
  return { ...timeouts, headersMs, firstTokenMs: Math.min(timeouts.firstTokenMs, remainingMs) };
}

function toAttemptFailure(
  cause: unknown,
  target: Target,
  status: number | undefined,
  onInternalError: RelayServices["onInternalError"],
): AttemptFailure {
  if (cause instanceof AttemptFailure) return cause;
  // What is thrown before an answer comes is no fault of reading one.
  const error = status === undefined ? toGatewayError(cause) : errorOfAnswer(cause, target);
  if (error.options.fault === "unreadable") onInternalError(error);
  return new AttemptFailure(error, classifyError(error), status === undefined ? {} : { status });
}
