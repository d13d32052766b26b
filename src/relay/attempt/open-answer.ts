import type { Completion, Item } from "#core/completion";
import type { Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { expand } from "#dialects/collect";
import { findDialect } from "#dialects/find-dialect";
import { InvalidAnswer, type Operation, type UpstreamFailure } from "#dialects/operation";
import { readFailureJson } from "#dialects/read-failure";
import type { AnswerContext, StreamEncoder, Translation } from "#dialects/translation";
import { isObject, type Json, tryParseJson } from "#lib/json";
import { upstreamHeaders } from "#providers/auth/headers";
import type { SignedRequest } from "#providers/auth/schemes";
import { type Answered, type Attempt, AttemptFailure } from "#routing/attempt";
import { classifyError } from "#routing/failure-classes";
import type { UpstreamResponse } from "#upstream/upstream";
import type { Exchange } from "../exchange";
import type { PreparedRequest } from "../request/prepare-request";
import { type OpenedStream, openStream } from "../stream/open-stream";
import { passthroughStream } from "../stream/passthrough-stream";
import { translatedStream } from "../stream/translated-stream";
import { errorOfAnswer, failureFrom, failureInAnswer } from "./upstream-failure";

/** A provider's answer that the client may have: whole, or streaming with its first token there. */
export type OpenedAnswer = WholeAnswer | { readonly kind: "stream"; readonly opened: OpenedStream };

export type WholeAnswer = {
  readonly kind: "whole";
  readonly body: Uint8Array | string;
  readonly usage: Usage | undefined;
  /** Characters of what it says; counted only where `usage` is missing. */
  readonly outputChars: number;
  readonly finishReason: string | undefined;
  /** The tier that the provider says it served. */
  readonly serviceTier: string | undefined;
  readonly dropped: readonly string[];
};

const maxAnswerBytes = 64 * 1024 * 1024;
/** One for all, for making one takes longer than decoding an answer. */
const utf8 = new TextDecoder();

/** One attempt: sends the request to a target and reads as much as must be there before the client sees anything. */
export async function openAnswer(
  exchange: Exchange,
  attempt: Attempt<PreparedRequest>,
): Promise<Answered<OpenedAnswer>> {
  const { account, clock } = exchange;
  const { target } = attempt;
  const startedMs = clock.monotonicMs();
  let status: number | undefined;
  let latencyMs: number | undefined;
  try {
    const response = await send(exchange, attempt);
    status = response.status;
    latencyMs = clock.monotonicMs() - startedMs;
    if (status >= 300)
      throw await failureFrom(response, target, findDialect(exchange.dialects, target.dialect.name), clock.nowMs());
    const answer = await readAnswer(exchange, attempt, response);
    if (answer.kind === "stream") latencyMs = clock.monotonicMs() - startedMs;
    return { answer, latencyMs };
  } catch (cause) {
    throw toAttemptFailure(cause, target, status);
  } finally {
    const durationMs = clock.monotonicMs() - startedMs;
    account.upstreamMs += durationMs;
    account.attempts.push({
      provider: target.provider.id,
      model: target.model,
      providerKey: target.key.name,
      durationMs: Math.round(durationMs),
      ...(status === undefined ? {} : { status }),
      ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs) }),
    });
  }
}

function send(exchange: Exchange, attempt: Attempt<PreparedRequest>): Promise<UpstreamResponse> {
  const { dialect, inference, request, signer } = exchange;
  const { admitted: prepared, target } = attempt;
  const { stream } = request.envelope;
  const headers = upstreamHeaders(target, {
    accept: (stream ? prepared.operation.answer.stream?.framing.accept : undefined) ?? "application/json",
    forwarded: prepared.translation === undefined ? dialect.forwardedHeaders : [],
    clientHeader: inference.header,
  });
  Object.assign(headers, prepared.headers);
  const { body, path } = prepared;
  const signed = signer.sign({ method: "POST", url: target.provider.baseUrl + path, headers, body }, target);
  const go = (credited: SignedRequest) => sendSigned(exchange, attempt, credited);
  // A scheme that takes no time costs no turn.
  return signed instanceof Promise ? signed.then(go) : go(signed);
}

function sendSigned(
  { inference, request, upstream }: Exchange,
  attempt: Attempt<PreparedRequest>,
  { headers, url }: SignedRequest,
): Promise<UpstreamResponse> {
  return upstream({
    url,
    method: "POST",
    headers,
    body: attempt.admitted.body,
    streams: request.envelope.stream,
    timeouts: timeoutsOf(attempt),
    allowPrivateNetwork: attempt.target.provider.allowPrivateNetwork,
    signal: inference.signal,
  });
}

/** A further attempt's answer has to begin in time; the last one's first token may be long in coming. */
function timeoutsOf({ isLast, remainingMs, target }: Attempt<PreparedRequest>): Timeouts {
  const { timeouts } = target.provider;
  const { firstTokenMs, patientFirstTokenMs = firstTokenMs } = timeouts;
  const patient =
    isLast && patientFirstTokenMs > firstTokenMs ? { ...timeouts, firstTokenMs: patientFirstTokenMs } : timeouts;
  return remainingMs === undefined ? patient : within(patient, remainingMs);
}

function within(timeouts: Timeouts, remainingMs: number): Timeouts {
  const headersMs = Math.min(timeouts.headersMs, remainingMs);
  return { ...timeouts, headersMs, firstTokenMs: Math.min(timeouts.firstTokenMs, remainingMs) };
}

async function readAnswer(
  exchange: Exchange,
  { admitted: prepared, target }: Attempt<PreparedRequest>,
  response: UpstreamResponse,
): Promise<OpenedAnswer> {
  const { operation, translation } = prepared;
  const { stream } = exchange.request.envelope;
  if (!stream || isWholeJson(response.headers)) {
    const bytes = await response.readAll(maxAnswerBytes);
    const json = tryParseJson(utf8.decode(bytes));
    if (json === undefined) throw new InvalidAnswer("it is not JSON");
    const failure = errorOf(json);
    if (failure !== undefined) throw failureInAnswer(failure, target);
    if (stream) throw new InvalidAnswer("it is JSON where a stream was asked for");
    return translation === undefined
      ? passWhole(operation, target, bytes, json)
      : translateWhole(exchange, target, operation, translation, json);
  }
  const form = operation.answer.stream;
  if (form === undefined) throw new InvalidAnswer("it is a stream, which the operation does not have");
  const relay =
    translation === undefined
      ? passthroughStream(
          form.createMeter({
            // Usage that we asked for and the client did not is taken out of its stream again.
            hideUsage: !exchange.request.envelope.streamUsage,
            choices: exchange.request.envelope.n,
          }),
        )
      : translatedStream(
          translation.codec.createStreamDecoder(),
          translation.endpoint.createStreamEncoder(answerContext(exchange)),
          target.model,
        );
  const opened = await openStream(response, form.framing.createParser(), relay);
  if (opened.head.failed && !opened.head.token) {
    opened.rest.close();
    const { error = { message: "" }, usage } = relay.facts();
    throw failureInAnswer(error, target, usage);
  }
  return { kind: "stream", opened: { ...opened, onBroken: brokenReporter(exchange, target) } };
}

/** No stream knows its length: this is an error, or a provider that cannot stream. */
function isWholeJson(headers: Headers): boolean {
  return headers.has("content-length") && (headers.get("content-type") ?? "").startsWith("application/json");
}

/** The error in an answer that is nothing else, whatever its status said (OpenRouter and others send 200). */
function errorOf(json: Json): UpstreamFailure | undefined {
  if (!isObject(json) || json.error === undefined || json.error === null) return undefined;
  return json.choices === undefined && json.content === undefined ? readFailureJson(json) : undefined;
}

function passWhole({ answer }: Operation, target: Target, bytes: Uint8Array, json: Json): WholeAnswer {
  const facts = answer.meter(json);
  if (facts === undefined) throw new InvalidAnswer(`it is not an answer of the dialect ${target.dialect.name}`);
  const { usage, finishReason, serviceTier } = facts;
  const outputChars = usage === undefined ? answer.chars(json) : 0;
  return { kind: "whole", body: bytes, usage, outputChars, finishReason, serviceTier, dropped: [] };
}

function translateWhole(
  exchange: Exchange,
  target: Target,
  { answer }: Operation,
  { codec, endpoint }: Translation,
  json: Json,
): WholeAnswer {
  const decoded = codec.decodeResponse(json);
  const completion = { ...decoded, model: decoded.model || target.model };
  const context = answerContext(exchange);
  const finish = completion.finishes[0];
  return {
    kind: "whole",
    body: JSON.stringify(endpoint.encodeResponse(completion, context)),
    usage: completion.usage,
    outputChars: completion.usage === undefined ? answer.chars(json) : 0,
    finishReason: finish?.raw ?? finish?.reason,
    serviceTier: completion.serviceTier,
    dropped: completion.items.some(mayBeLost) ? lossesOf(completion, endpoint.createStreamEncoder(context)) : [],
  };
}

/** Whether another dialect may have no words for an item; most answers hold none and are written only once. */
function mayBeLost(item: Item): boolean {
  const cites = item.kind === "text" && item.citations.length > 0;
  return cites || item.choice > 0 || item.kind === "opaque" || (item.kind === "reasoning" && item.state !== undefined);
}

/** A whole answer loses what it would lose as a stream, which is counted while it is written. */
function lossesOf(completion: Completion, encoder: StreamEncoder): readonly string[] {
  for (const event of expand(completion)) encoder.push(event);
  return encoder.dropped();
}

/** Only translations need it: the request was read in full for them. */
function answerContext({ account, clock, request }: Exchange): AnswerContext {
  return {
    id: account.id,
    nowS: Math.floor(clock.nowMs() / 1000),
    streamUsage: request.envelope.streamUsage,
    request: request.full(),
  };
}

/**
 * A stream that broke after its beginning is no success after all, though nobody can be asked in its place any more.
 * Keeps nothing of the exchange that holds the request's body.
 */
function brokenReporter({ inference, clock, health }: Exchange, target: Target): () => void {
  return () => {
    if (inference.signal.aborted) return;
    health.failed(target, {
      startedMs: clock.machineMs(),
      isRetry: true,
      failureClass: "invalid-answer",
      status: undefined,
      retryAfterMs: undefined,
    });
  };
}

function toAttemptFailure(cause: unknown, target: Target, status: number | undefined): AttemptFailure {
  if (cause instanceof AttemptFailure) return cause;
  const error = errorOfAnswer(cause, target);
  return new AttemptFailure(error, classifyError(error), status === undefined ? {} : { status });
}
