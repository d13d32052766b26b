import type { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";

/**
 * OpenAI's error body: `{error: {message, type, param, code}}`. A provider's own type, code and details are kept; a type in the
 * words of Google or AWS is told as the code, for clients look for OpenAI's types.
 */
export function encodeError(error: GatewayError): JsonObject {
  const { upstreamCode, upstreamType } = error.options;
  const isForeign = upstreamType !== undefined && foreignType.test(upstreamType);
  return {
    error: {
      ...error.options.upstreamDetails,
      message: error.message,
      type: isForeign ? errorType(error.status) : (upstreamType ?? errorType(error.status)),
      param: error.options.param ?? null,
      code: upstreamCode ?? (isForeign ? upstreamType : error.code),
    },
  };
}

/** `RESOURCE_EXHAUSTED`, `ThrottlingException`. */
const foreignType = /^(?:[A-Z]+(?:_[A-Z]+)*|[A-Z]\w*Exception)$/;

function errorType(status: number): string {
  switch (status) {
    case 401:
      return "authentication_error";
    case 402:
      return "insufficient_quota";
    case 403:
      return "permission_error";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "server_error" : "invalid_request_error";
  }
}
