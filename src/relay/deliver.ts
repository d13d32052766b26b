import { clientClosed, GatewayError, toGatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { InferenceResponse, ResponseHeaders } from "#core/inference";
import { formatDollars } from "#core/money";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { maskSecrets } from "#lib/mask-secrets";
import type { OpenedAnswer } from "./attempt/open-answer";
import { errorOfAnswer } from "./attempt/upstream-failure";
import { estimateUsage, usageOfPart } from "./estimate-usage";
import type { Exchange } from "./exchange";
import { keepAnswer } from "./keep-content";
import type { StreamFacts } from "./stream/frame";
import type { OpenedStream } from "./stream/open-stream";
import { IncompleteStream, ProviderStreamError, relayStream } from "./stream/relay-stream";

/** Hands an opened answer to the client: a whole one recorded first, a streamed one recorded before its last event. */
export async function deliver(exchange: Exchange, answer: OpenedAnswer): Promise<InferenceResponse> {
  exchange.account.answered();
  return answer.kind === "whole" ? deliverWhole(exchange, answer) : deliverStream(exchange, answer.opened);
}

async function deliverWhole(
  exchange: Exchange,
  answer: Extract<OpenedAnswer, { kind: "whole" }>,
): Promise<InferenceResponse> {
  const { account } = exchange;
  account.usage = answer.usage ?? estimateUsage(exchange.operation, account.estimatedInput, answer.outputChars);
  account.serviceTier = answer.serviceTier;
  account.finishReason = answer.finishReason;
  account.dropped = [...account.dropped, ...answer.dropped];
  account.responseBytes = Buffer.byteLength(answer.body);
  keepAnswer(account)?.add(typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body);
  await account.close({ outcome: "ok", status: 200 });
  return { status: 200, contentType: "application/json", headers: responseHeadersOf(exchange), body: answer.body };
}

function deliverStream(exchange: Exchange, opened: OpenedStream): InferenceResponse {
  // What lives as long as the stream refers to nothing of the exchange that holds the request's body.
  const { account, inference, clock, dialect, operation, onInternalError } = exchange;
  const kept = keepAnswer(account);
  const headers = responseHeadersOf(exchange);
  const openedMs = clock.monotonicMs();
  const note = (stream: StreamFacts, usage: Usage | undefined) => {
    account.usage = usage;
    account.serviceTier = stream.serviceTier;
    account.finishReason = stream.finishReason;
    account.dropped = [...new Set([...account.dropped, ...stream.dropped])];
    // A client that reads slower than the provider writes cannot be told apart here.
    account.upstreamMs += clock.monotonicMs() - openedMs;
  };
  const noteWhole = (stream: StreamFacts) =>
    note(stream, stream.usage ?? estimateUsage(operation, account.estimatedInput, stream.outputChars));
  const notePart = (stream: StreamFacts) => note(stream, usageOfPart(operation, account.estimatedInput, stream));
  const left = async (stream: StreamFacts) => {
    notePart(stream);
    await account.close({ outcome: "client-gone", status: 499, error: clientClosed() }).catch(() => undefined);
  };
  if (opened.head.token) account.sawToken();
  const body = relayStream(opened, {
    onBytes: (bytes) => {
      kept?.add(bytes);
      account.responseBytes += bytes.length;
    },
    onProgress: (outputChars) => account.relayed(estimateTokens(outputChars)),
    onComplete: (stream) => {
      noteWhole(stream);
      return account.close({ outcome: "ok", status: 200 });
    },
    onBroken: async (cause, stream) => {
      if (inference.signal.aborted) {
        await left(stream);
        return "";
      }
      notePart(stream);
      const error = streamError(cause, stream, account.target);
      if (error.code === "internal_error") onInternalError(error);
      await account.close({ outcome: "cut", status: 200, error }).catch(() => undefined);
      return dialect.encodeStreamError(error, headers.requestId);
    },
    onLeft: left,
  });
  // A client that goes before its answer is asked for the first byte leaves no other trace.
  const leave = () => void body.return();
  if (inference.signal.aborted) leave();
  else inference.signal.addEventListener("abort", leave, { once: true });
  return {
    status: 200,
    contentType: operation.answer.stream?.framing.contentType ?? "application/octet-stream",
    headers,
    body,
  };
}

function streamError(cause: unknown, stream: StreamFacts, target: Target | undefined): GatewayError {
  if (target === undefined) return toGatewayError(cause);
  if (cause instanceof ProviderStreamError) {
    const text = maskSecrets(stream.error?.message ?? "", [target.key.secret]);
    return new GatewayError(
      "upstream_error",
      `The provider "${target.provider.id}" ended its stream with an error: ${text}`,
    );
  }
  if (cause instanceof IncompleteStream) {
    return new GatewayError(
      "upstream_error",
      `The provider "${target.provider.id}" closed its stream before the answer was complete`,
    );
  }
  return errorOfAnswer(cause, target);
}

/** The facts that headers carry, as far as they are known. */
function responseHeadersOf({ account, dialect, inference }: Exchange): ResponseHeaders {
  const { target, cost, totalUsage: usage } = account;
  const rateLimits = account.rateLimits();
  return {
    id: account.id,
    requestId: inference.requestId ?? account.id,
    attempts: account.attempts.length,
    ...(rateLimits === undefined ? {} : { rateLimits: dialect.rateLimitHeaders(rateLimits) }),
    ...(target === undefined ? {} : { provider: target.provider.id, model: target.model }),
    ...(cost === undefined || account.stream ? {} : { cost: formatDollars(cost) }),
    ...(account.dropped.length === 0 ? {} : { dropped: account.dropped }),
    ...(usage?.estimated === true && !account.stream ? { estimated: ["usage"] } : {}),
  };
}
