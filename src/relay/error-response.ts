import type { GatewayError } from "#core/errors";
import type { InferenceResponse, ResponseHeaders } from "#core/inference";
import { formatDollars } from "#core/money";
import type { Dialect } from "#dialects/dialect";
import type { Account } from "#governance/account";

/** An error as an answer in the client's dialect. What was tried more than once here carries `x-should-retry: false`. */
export function errorResponse(
  error: GatewayError,
  dialect: Dialect,
  ids: Pick<ResponseHeaders, "id" | "requestId">,
  account?: Account,
): InferenceResponse {
  const { target, attempts = [], cost } = account ?? {};
  const rateLimits = account?.rateLimits();
  const { retryAfterS, shouldRetry } = error.options;
  const advice = attempts.length > 1 ? false : shouldRetry;
  return {
    status: error.status,
    contentType: "application/json",
    body: JSON.stringify(dialect.encodeError(error, ids.requestId)),
    headers: {
      ...ids,
      errorCode: error.code,
      attempts: attempts.length,
      ...(target === undefined ? {} : { provider: target.provider.id, model: target.model }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
      ...(advice === undefined ? {} : { shouldRetry: advice }),
      ...(cost === undefined ? {} : { cost: formatDollars(cost) }),
      ...(rateLimits === undefined ? {} : { rateLimits: dialect.rateLimitHeaders(rateLimits) }),
    },
  };
}
