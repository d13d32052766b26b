import { type ErrorOptions, GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { Dialect } from "#dialects/dialect";
import { failureSubject, impliedStatus } from "#dialects/failure-subject";
import { EmptyAnswer, InvalidAnswer } from "#dialects/operation";
import { FramingError } from "#lib/frame-parser";
import { isObject, type JsonObject, tryParseJson, tryWriteJson } from "#lib/json";
import { maskKnown, maskSecrets } from "#lib/mask-secrets";
import { AttemptFailure } from "#routing/attempt";
import { classifyStatus, type FailureClass } from "#routing/failure-classes";
import type { UpstreamResponse } from "#upstream/upstream";
import { readErrorBody } from "./error-body";
import { type RetryAdvice, readRetryAdvice, readRetryAfterMs } from "./retry-advice";

/** Statuses of a provider that are passed on to the client: they are about its own request. */
const keptStatuses: ReadonlySet<number> = new Set([400, 404, 409, 413, 422, 429]);
/** Statuses of a provider that is busy, whose own advice about repeats goes before ours. */
const busyStatuses: ReadonlySet<number> = new Set([429, 503, 529]);
/** What a repeat of the same request cannot change. */
const finalClasses: ReadonlySet<FailureClass> = new Set([
  "key-refused",
  "unknown-model",
  "context-length",
  "content-filter",
  "bad-request",
]);

/**
 * Reads a provider's error answer: the error for the client, and its class, which decides what is tried next. `names`: what the
 * client knows stored objects by that it may speak of.
 */
export async function failureFrom(
  response: UpstreamResponse,
  target: Target,
  dialect: Dialect,
  nowMs: number,
  names?: ReadonlyMap<string, string>,
): Promise<AttemptFailure> {
  const { headers, status } = response;
  const failure = dialect.decodeError(status, withNames(await readErrorBody(response), names));
  const failureClass = classifyStatus(status, failureSubject(failure));
  const told = { failure, failureClass, status, says: `answered with status ${status}` };
  const retryAfterMs = readRetryAfterMs(headers, nowMs) ?? failure.retryAfterMs;
  return new AttemptFailure(
    errorFor(told, target, readRetryAdvice(headers, nowMs, failure.retryAfterMs)),
    failureClass,
    retryAfterMs === undefined ? { status } : { status, retryAfterMs },
  );
}

function withNames(body: string, names: ReadonlyMap<string, string> = noNames): string {
  let told = body;
  for (const [id, name] of names) if (id !== name) told = told.replaceAll(id, () => name);
  return told;
}

const noNames: ReadonlyMap<string, string> = new Map();

/** The same for an error that came under status 200, whole or in a stream. */
export function failureInAnswer(
  failure: UpstreamFailure,
  target: Target,
  usage: Usage | undefined = failure.usage,
): AttemptFailure {
  const status = impliedStatus(failure);
  const failureClass = classifyStatus(status, failureSubject(failure));
  const says = String(status) === failure.code ? `answered with status ${status}` : "answered with an error";
  const error = errorFor({ failure, failureClass, status, says }, target, {});
  return new AttemptFailure(error, failureClass, usage === undefined ? {} : { usage });
}

/**
 * What is thrown before anything was sent. A GatewayError stays as it is; whatever else is our own fault, and the request
 * is one that we cannot write for this target, now or later.
 */
export function errorOfRequest(cause: unknown, target: Target): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const message = `Cannot write the request for the provider "${target.provider.id}": our own code failed at it`;
  return new GatewayError("internal_error", message, { cause, status: 502, fault: "unwritable", shouldRetry: false });
}

/** What a broken answer of a provider is for the client. A GatewayError stays as it is; whatever else is our own fault. */
export function errorOfAnswer(cause: unknown, target: Target): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const cannotRead = `Cannot read the answer of the provider "${target.provider.id}"`;
  if (!(cause instanceof InvalidAnswer || cause instanceof FramingError)) {
    return new GatewayError("upstream_invalid_response", cannotRead, { cause, fault: "unreadable" });
  }
  const why = masked(cause.message, target).slice(0, 300);
  const isEmpty = cause instanceof EmptyAnswer;
  const options: ErrorOptions = isEmpty ? { cause, fault: "empty", shouldRetry: false } : { cause };
  return new GatewayError("upstream_invalid_response", `${cannotRead}: ${why}`, options);
}

type Told = {
  readonly failure: UpstreamFailure;
  readonly failureClass: FailureClass;
  /** The provider's, or the one that stands behind its words. */
  readonly status: number;
  /** What it did, for a message of ours. */
  readonly says: string;
};

function errorFor({ failure, failureClass, says, status }: Told, target: Target, advice: RetryAdvice): GatewayError {
  const { id } = target.provider;
  const message = masked(failure.message, target);
  // A limit that is told as something else is told as a limit: clients know how to wait for one.
  const shown = failureClass === "rate-limited" && status !== 413 ? 429 : status;
  // Whoever sent the credential has to hear of it: Claude Code renews its login after a 401.
  const isClients = target.key.fromClient === true && shown >= 400 && shown < 500;
  const repeat = isClients ? advice : adviceFor(failureClass, status, advice);
  if (failureClass === "key-refused" && status !== 429 && !isClients) {
    const refused = says.replace("answered", `refused its key "${target.key.name}"`);
    return new GatewayError("provider_keys_exhausted", `The provider "${id}" ${refused}`, {
      detail: message,
      ...repeat,
    });
  }
  if (!keptStatuses.has(shown) && !isClients) {
    const told = `The provider "${id}" ${says}: ${message}`;
    return new GatewayError("upstream_error", told, { ...detailsOf(failure, target), ...repeat });
  }
  return new GatewayError("upstream_error", message, { status: shown, ...detailsOf(failure, target), ...repeat });
}

/** Clients are told not to repeat what a repeat cannot change. Whether a conflict (409) lasts is theirs to find out. */
function adviceFor(failureClass: FailureClass, status: number, advice: RetryAdvice): RetryAdvice {
  const isFinal = finalClasses.has(failureClass) || status === 413;
  if (isFinal && status !== 409) return { ...advice, shouldRetry: false };
  if (advice.shouldRetry !== true || busyStatuses.has(status)) return advice;
  return advice.retryAfterS === undefined ? {} : { retryAfterS: advice.retryAfterS };
}

/**
 * The error of a stream that the provider ended by one. Its status went out before: the one that stands behind it decides
 * what type a client is told where the provider's own is none of its dialect.
 */
export function errorInStream(failure: UpstreamFailure, target: Target): GatewayError {
  const message = `The provider "${target.provider.id}" ended its stream with an error: ${masked(failure.message, target)}`;
  const status = impliedStatus(failure);
  const told = keptStatuses.has(status) || busyStatuses.has(status) ? { status } : {};
  return new GatewayError("upstream_error", message, { ...detailsOf(failure, target), ...told });
}

/** The provider's own type, code and field, and whatever else it says. */
function detailsOf({ type, code, details, param }: UpstreamFailure, target: Target): ErrorOptions {
  const shown = details && maskedObject(details, target);
  return {
    ...(shown !== undefined && { upstreamDetails: shown }),
    ...(type !== undefined && { upstreamType: withoutKey(type, target) }),
    ...(code !== undefined && { upstreamCode: withoutKey(code, target) }),
    ...(param !== undefined && { param: withoutKey(param, target) }),
  };
}

/** For words of a vocabulary, in which a code may look like a key. */
function withoutKey(word: string, { key }: Target): string {
  return maskKnown(word, [key.secret]);
}

/** More is no account of an error. */
const longestDetails = 16 * 1024;

/** Undefined for what is too long, or nested so deep that it cannot be written. */
function maskedObject(details: JsonObject, target: Target): JsonObject | undefined {
  const text = tryWriteJson(details);
  if (text === undefined || text.length > longestDetails) return undefined;
  const shown = tryParseJson(masked(text, target));
  return isObject(shown) ? shown : undefined;
}

function masked(text: string, target: Target): string {
  return maskSecrets(text, [target.key.secret]);
}
