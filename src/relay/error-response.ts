import type { GatewayError } from "#core/errors";
import type { InferenceResponse, ResponseHeaders } from "#core/inference";
import type { Dialect } from "#dialects/dialect";
import type { HeadersDraft } from "./response-headers";

/**
 * An error as an answer in the client's dialect. `known` has what headers can say besides the error: the request's ids
 * and its attempts. What a repeat cannot change, what was `charged` and what was tried more than once here carries
 * `x-should-retry: false`; the advice of a provider that is busy goes before the last.
 */
export function errorResponse(
  error: GatewayError,
  dialect: Dialect,
  known: ResponseHeaders,
  charged = false,
): InferenceResponse {
  const { retryAfterS, shouldRetry } = error.options;
  const { attempts = 0 } = known;
  const headers: HeadersDraft = { ...known, attempts, errorCode: error.code };
  // What the table calls retryable is left to the client, unless more is known.
  const ours = charged || attempts > 1 || !error.retryable ? false : undefined;
  const advice = charged ? false : (shouldRetry ?? ours);
  if (retryAfterS !== undefined) headers.retryAfterS = retryAfterS;
  if (advice !== undefined) headers.shouldRetry = advice;
  const own = ownHeaders(error, dialect, known);
  if (own !== undefined) headers.own = own;
  const body = JSON.stringify(dialect.encodeError(error, known.requestId));
  return { status: error.status, contentType: "application/json", headers, body };
}

/** What the client's dialect has of its own. */
function ownHeaders(error: GatewayError, { errorHeaders, requestIdHeader }: Dialect, known: ResponseHeaders) {
  const ofError = errorHeaders?.(error);
  if (requestIdHeader === undefined) return ofError;
  return { ...ofError, [requestIdHeader]: known.requestId };
}
