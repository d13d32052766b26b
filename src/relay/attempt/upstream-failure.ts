import { type ErrorOptions, GatewayError, toGatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Dialect } from "#dialects/dialect";
import { failureSubject, impliedStatus } from "#dialects/failure-subject";
import { InvalidAnswer, type UpstreamFailure } from "#dialects/operation";
import { FramingError } from "#lib/frame-parser";
import { maskSecrets } from "#lib/mask-secrets";
import { AttemptFailure } from "#routing/attempt";
import { classifyStatus } from "#routing/failure-classes";
import type { UpstreamResponse } from "#upstream/upstream";
import { type RetryAdvice, readRetryAdvice, readRetryAfterMs } from "./retry-advice";

const maxErrorBytes = 256 * 1024;
/** Statuses of a provider that are passed on to the client: they are about its own request. */
const keptStatuses: ReadonlySet<number> = new Set([400, 404, 409, 413, 422, 429]);

/** Reads a provider's error answer: the error for the client, and its class, which decides what is tried next. */
export async function failureFrom(
  response: UpstreamResponse,
  target: Target,
  dialect: Dialect,
  nowMs: number,
): Promise<AttemptFailure> {
  const { status } = response;
  // Where its words do not come the status says enough.
  const bytes = await response.whole(maxErrorBytes).catch(() => new Uint8Array());
  const body = new TextDecoder().decode(bytes);
  const failure = dialect.decodeError(status, body);
  const advice = readRetryAdvice(response.headers, nowMs);
  const retryAfterMs = readRetryAfterMs(response.headers, nowMs);
  return new AttemptFailure(
    errorFor(status, failure, target, advice),
    classifyStatus(status, failureSubject(failure)),
    retryAfterMs === undefined ? { status } : { status, retryAfterMs },
  );
}

/** The same for an error that came under status 200, whole or in a stream. */
export function failureInAnswer(failure: UpstreamFailure, target: Target, usage?: Usage): AttemptFailure {
  const facts = usage === undefined ? {} : { usage };
  const status = impliedStatus(failure);
  const failureClass = status === undefined ? "invalid-answer" : classifyStatus(status, failureSubject(failure));
  if (status !== undefined && (String(status) === failure.code || keptStatuses.has(status))) {
    return new AttemptFailure(errorFor(status, failure, target, {}), failureClass, facts);
  }
  const message = `The provider "${target.provider.id}" answered with an error: ${masked(failure.message, target)}`;
  return new AttemptFailure(new GatewayError("upstream_error", message), failureClass, facts);
}

/** What a broken answer of a provider is for the client. A GatewayError stays as it is. */
export function errorOfAnswer(cause: unknown, target: Target): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const { id } = target.provider;
  if (cause instanceof InvalidAnswer || cause instanceof FramingError) {
    const why = masked(cause.message, target).slice(0, 300);
    return new GatewayError("upstream_invalid_response", `Cannot read the answer of the provider "${id}": ${why}`, {
      cause,
    });
  }
  return toGatewayError(cause);
}

function errorFor(status: number, failure: UpstreamFailure, target: Target, advice: RetryAdvice): GatewayError {
  const { id } = target.provider;
  const message = masked(failure.message, target);
  // Whoever sent the credential has to hear of it: Claude Code renews its login after a 401.
  const isKept = keptStatuses.has(status) || (target.key.fromClient === true && status >= 400 && status < 500);
  if (!isKept && (status === 401 || status === 402 || status === 403)) {
    return new GatewayError(
      "provider_keys_exhausted",
      `The provider "${id}" refused its key "${target.key.name}" with status ${status}`,
      { detail: message },
    );
  }
  if (!isKept) {
    const told = `The provider "${id}" answered with status ${status}: ${message}`;
    return new GatewayError("upstream_error", told, advice);
  }
  return new GatewayError("upstream_error", message, { status, ...detailsOf(failure, target), ...advice });
}

/** The error of a stream that the provider ended by one. Its status went out before. */
export function errorInStream(failure: UpstreamFailure, target: Target): GatewayError {
  const message = `The provider "${target.provider.id}" ended its stream with an error: ${masked(failure.message, target)}`;
  return new GatewayError("upstream_error", message, detailsOf(failure, target));
}

/** The provider's own type, code and field. */
function detailsOf({ type, code, param }: UpstreamFailure, target: Target): ErrorOptions {
  return {
    ...(type !== undefined && { upstreamType: withoutKey(type, target) }),
    ...(code !== undefined && { upstreamCode: withoutKey(code, target) }),
    ...(param !== undefined && { param: withoutKey(param, target) }),
  };
}

/** For words of a vocabulary, in which a code may look like a key. */
function withoutKey(word: string, { key }: Target): string {
  return key.secret === "" ? word : word.replaceAll(key.secret, "***");
}

function masked(text: string, target: Target): string {
  return maskSecrets(text, [target.key.secret]);
}
