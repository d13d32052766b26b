import type { DialectName } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { type Codec, InvalidAnswer } from "#dialects/codec";
import { tryParseJson } from "#lib/json";
import { createSseParser } from "#lib/sse-parser";
import { upstreamHeaders } from "#providers/auth/headers";
import { AttemptFailure } from "#routing/attempt";
import type { UpstreamResponse } from "#upstream/upstream";
import type { Exchange } from "./exchange";
import { type OpenedStream, openStream } from "./open-stream";
import { passthroughStream } from "./passthrough-stream";
import { type PreparedRequest, patchRequest, translateRequest } from "./prepare-request";
import { translatedStream } from "./translated-stream";
import { errorOfAnswer, failureFrom } from "./upstream-failure";

/** A provider's answer that the client may have: whole, or streaming with its first token there. */
export type OpenedAnswer =
  | WholeAnswer
  | { readonly kind: "stream"; readonly opened: OpenedStream; readonly abort: () => void };

export type WholeAnswer = {
  readonly kind: "whole";
  readonly body: Uint8Array | string;
  readonly usage: Usage | undefined;
  readonly finishReason: string | undefined;
  readonly dropped: readonly string[];
};

const maxAnswerBytes = 64 * 1024 * 1024;

/** One attempt: sends the request to a target and reads as much as must be there before the client sees anything. */
export async function openAnswer(exchange: Exchange, target: Target): Promise<OpenedAnswer> {
  const { account, call, clock } = exchange;
  const prepared = prepare(exchange, target);
  account.target = target;
  account.dropped = prepared.dropped;
  account.sent();
  const controller = new AbortController();
  const abort = () => controller.abort();
  call.signal.addEventListener("abort", abort, { once: true });
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
    const response = await send(exchange, target, prepared, controller.signal);
    status = response.status;
    if (status >= 300) throw await failureFrom(response, target, exchange.codecs[target.dialect.name]);
    const answer = await readAnswer(exchange, target, response, abort);
    note();
    return answer;
  } catch (cause) {
    abort();
    const failure = toAttemptFailure(cause, target);
    note(failure.error.code);
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

function send(
  exchange: Exchange,
  target: Target,
  prepared: PreparedRequest,
  signal: AbortSignal,
): Promise<UpstreamResponse> {
  const { call, request, upstream } = exchange;
  const { provider } = target;
  return upstream({
    url: provider.baseUrl + prepared.path,
    method: "POST",
    headers: { ...upstreamHeaders(target, request.envelope.stream, call.dialect, call.header), ...prepared.headers },
    body: prepared.body,
    timeouts: provider.timeouts,
    allowPrivateNetwork: provider.allowPrivateNetwork,
    signal,
  });
}

async function readAnswer(
  exchange: Exchange,
  target: Target,
  response: UpstreamResponse,
  abort: () => void,
): Promise<OpenedAnswer> {
  const codec = exchange.codecs[target.dialect.name];
  const translated = target.dialect.name !== exchange.call.dialect;
  if (!exchange.request.envelope.stream) {
    const bytes = await response.readAll(maxAnswerBytes);
    return translated ? translateWhole(exchange, codec, bytes) : passWhole(codec, bytes);
  }
  const relay = translated
    ? translatedStream(codec.decodeStream(), exchange.endpoint.encodeStream(answerContext(exchange)))
    : passthroughStream(codec.meterStream({ hideUsage: hidesUsage(exchange, target.dialect.name) }));
  const opened = await openStream(response, createSseParser(), relay);
  const { error } = relay.facts();
  if (error !== undefined && opened.head.every((frame) => !frame.token)) {
    throw new AttemptFailure(
      new GatewayError(
        "upstream_error",
        `The provider "${target.provider.id}" ended its stream with an error: ${error.message}`,
      ),
      "next-target",
    );
  }
  if (opened.head.length === 0) throw new InvalidAnswer("the stream carried no event");
  return { kind: "stream", opened, abort };
}

/** Usage that we asked for and the client did not is taken out of its stream again. */
function hidesUsage({ call, request }: Exchange, dialect: DialectName): boolean {
  return call.operation === "completion" && dialect === "openai-chat" && !request.envelope.streamUsage;
}

function passWhole(codec: Codec, bytes: Uint8Array): WholeAnswer {
  const json = tryParseJson(new TextDecoder().decode(bytes));
  if (json === undefined) throw new InvalidAnswer("the answer is not JSON");
  const facts = codec.meterResponse(json);
  return { kind: "whole", body: bytes, usage: facts?.usage, finishReason: facts?.finishReason, dropped: [] };
}

function translateWhole(exchange: Exchange, codec: Codec, bytes: Uint8Array): WholeAnswer {
  const json = tryParseJson(new TextDecoder().decode(bytes));
  if (json === undefined) throw new InvalidAnswer("the answer is not JSON");
  const completion = codec.decodeResponse(json);
  const finish = completion.finishes[0];
  return {
    kind: "whole",
    body: JSON.stringify(exchange.endpoint.encodeResponse(completion, answerContext(exchange))),
    usage: completion.usage,
    finishReason: finish?.raw ?? finish?.reason,
    dropped: [],
  };
}

function answerContext({ account, clock, request }: Exchange) {
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
