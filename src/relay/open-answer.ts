import type { Completion, Item } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { type Codec, InvalidAnswer, type UpstreamFailure } from "#dialects/codec";
import { expand } from "#dialects/collect";
import type { AnswerContext, StreamEncoder } from "#dialects/endpoint";
import { readFailureJson } from "#dialects/read-failure";
import { isObject, type Json, tryParseJson } from "#lib/json";
import { createSseParser } from "#lib/sse-parser";
import { upstreamHeaders } from "#providers/auth/headers";
import { AttemptFailure } from "#routing/attempt";
import type { UpstreamResponse } from "#upstream/upstream";
import { estimateUsage } from "./estimate-usage";
import type { Exchange } from "./exchange";
import { type OpenedStream, openStream } from "./open-stream";
import { passthroughStream } from "./passthrough-stream";
import { type PreparedRequest, patchRequest, translateRequest } from "./prepare-request";
import { translatedStream } from "./translated-stream";
import { errorOfAnswer, failureFrom, failureInAnswer } from "./upstream-failure";

/** A provider's answer that the client may have: whole, or streaming with its first token there. */
export type OpenedAnswer = WholeAnswer | { readonly kind: "stream"; readonly opened: OpenedStream };

export type WholeAnswer = {
  readonly kind: "whole";
  readonly body: Uint8Array | string;
  readonly usage: Usage | undefined;
  readonly finishReason: string | undefined;
  readonly dropped: readonly string[];
};

const maxAnswerBytes = 64 * 1024 * 1024;
/** One for all, for making one takes longer than decoding an answer. */
const utf8 = new TextDecoder();

/** One attempt: sends the request to a target and reads as much as must be there before the client sees anything. */
export async function openAnswer(exchange: Exchange, target: Target): Promise<OpenedAnswer> {
  const { account, clock } = exchange;
  const prepared = prepare(exchange, target);
  account.target = target;
  account.dropped = prepared.dropped;
  account.sent();
  const startedMs = clock.monotonicMs();
  let status: number | undefined;
  const note = (error?: string) => {
    const durationMs = clock.monotonicMs() - startedMs;
    account.upstreamMs += durationMs;
    account.attempts.push({
      provider: target.provider.id,
      model: target.model,
      providerKey: target.key.name,
      durationMs: Math.round(durationMs),
      ...(status === undefined ? {} : { status }),
      ...(error === undefined ? {} : { error }),
    });
  };
  try {
    const response = await send(exchange, target, prepared);
    status = response.status;
    if (status >= 300)
      throw await failureFrom(response, target, exchange.codecs[target.dialect.name], exchange.clock.nowMs());
    const answer = await readAnswer(exchange, target, response);
    note();
    return answer;
  } catch (cause) {
    const failure = toAttemptFailure(cause, target);
    note(failure.error.code);
    // The provider had the request and may charge for it, though nobody waits for its answer any more.
    const { call } = exchange;
    if (call.signal.aborted) account.usage = estimateUsage(call.operation, account.requestBytes, 0);
    throw failure;
  }
}

function prepare(exchange: Exchange, target: Target): PreparedRequest {
  const codec = exchange.codecs[target.dialect.name];
  if (target.dialect.name === exchange.call.dialect) {
    return patchRequest(exchange.request, exchange.call.operation, target, codec);
  }
  const prepared = translateRequest(exchange.request, target, codec);
  const [first] = prepared.dropped;
  if (first !== undefined && exchange.settings.onUnsupported === "refuse") {
    throw new GatewayError(
      "unsupported_parameter",
      `Cannot carry "${first}" to the model "${target.model}" of "${target.provider.id}"`,
      {
        param: first,
      },
    );
  }
  return prepared;
}

function send(exchange: Exchange, target: Target, prepared: PreparedRequest): Promise<UpstreamResponse> {
  const { call, request, upstream } = exchange;
  const { provider } = target;
  return upstream({
    url: provider.baseUrl + prepared.path,
    method: "POST",
    headers: { ...upstreamHeaders(target, request.envelope.stream, call.dialect, call.header), ...prepared.headers },
    body: prepared.body,
    timeouts: provider.timeouts,
    allowPrivateNetwork: provider.allowPrivateNetwork,
    signal: call.signal,
  });
}

async function readAnswer(exchange: Exchange, target: Target, response: UpstreamResponse): Promise<OpenedAnswer> {
  const codec = exchange.codecs[target.dialect.name];
  const translated = target.dialect.name !== exchange.call.dialect;
  const { stream } = exchange.request.envelope;
  if (!stream || isWholeJson(response.headers)) {
    const bytes = await response.readAll(maxAnswerBytes);
    const json = tryParseJson(utf8.decode(bytes));
    if (json === undefined) throw new InvalidAnswer("it is not JSON");
    const failure = errorOf(json);
    if (failure !== undefined) throw failureInAnswer(failure, target);
    if (stream) throw new InvalidAnswer("it is JSON where a stream was asked for");
    return translated ? translateWhole(exchange, target, json) : passWhole(exchange, codec, bytes, json);
  }
  const relay = translated
    ? translatedStream(codec.decodeStream(), exchange.endpoint.encodeStream(answerContext(exchange)), target.model)
    : passthroughStream(
        codec.meterStream({
          // Usage that we asked for and the client did not is taken out of its stream again.
          hideUsage: !exchange.request.envelope.streamUsage,
          choices: exchange.request.envelope.n,
        }),
      );
  const opened = await openStream(response, createSseParser(), relay);
  if (opened.head.failed && !opened.head.token) {
    opened.rest.close();
    throw failureInAnswer(relay.facts().error ?? { message: "" }, target);
  }
  return { kind: "stream", opened };
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

function passWhole({ call }: Exchange, codec: Codec, bytes: Uint8Array, json: Json): WholeAnswer {
  const facts = codec.meterResponse(json);
  if (facts === undefined && call.operation === "completion") {
    throw new InvalidAnswer(`it is not an answer of the dialect ${codec.dialect}`);
  }
  return { kind: "whole", body: bytes, usage: facts?.usage, finishReason: facts?.finishReason, dropped: [] };
}

function translateWhole(exchange: Exchange, target: Target, json: Json): WholeAnswer {
  const { endpoint } = exchange;
  const decoded = exchange.codecs[target.dialect.name].decodeResponse(json);
  const completion = { ...decoded, model: decoded.model || target.model };
  const context = answerContext(exchange);
  const finish = completion.finishes[0];
  return {
    kind: "whole",
    body: JSON.stringify(endpoint.encodeResponse(completion, context)),
    usage: completion.usage,
    finishReason: finish?.raw ?? finish?.reason,
    dropped: completion.items.some(mayBeLost) ? lossesOf(completion, endpoint.encodeStream(context)) : [],
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

function toAttemptFailure(cause: unknown, target: Target): AttemptFailure {
  if (cause instanceof AttemptFailure) return cause;
  const error = errorOfAnswer(cause, target);
  return new AttemptFailure(error, error.source === "upstream" ? "next-target" : "never");
}
