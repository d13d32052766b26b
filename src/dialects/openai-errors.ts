import type { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";

/** OpenAI's error body: `{error: {message, type, param, code}}`. A provider's own type, code and details are kept. */
export function encodeError(error: GatewayError): JsonObject {
  return {
    error: {
      ...error.options.upstreamDetails,
      message: error.message,
      type: error.options.upstreamType ?? errorType(error.status),
      param: error.options.param ?? null,
      code: error.options.upstreamCode ?? error.code,
    },
  };
}

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
