import type { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";
import { writeEvent } from "./wire";

const errorTypes = [
  "invalid_request_error",
  "authentication_error",
  "billing_error",
  "permission_error",
  "not_found_error",
  "conflict_error",
  "request_too_large",
  "rate_limit_error",
  "api_error",
  "timeout_error",
  "overloaded_error",
] as const;
export type ErrorType = (typeof errorTypes)[number];

/** The error type of a status: https://docs.claude.com/en/api/errors */
export function errorTypeOf(status: number): ErrorType {
  switch (status) {
    case 401:
      return "authentication_error";
    case 402:
      return "billing_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 409:
      return "conflict_error";
    case 408:
    case 504:
      return "timeout_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 503:
    case 529:
      return "overloaded_error";
    default:
      return status >= 500 ? "api_error" : "invalid_request_error";
  }
}

export function encodeError(error: GatewayError, requestId: string): JsonObject {
  return { type: "error", ...errorFields(error, requestId) };
}

export function encodeStreamError(error: GatewayError, requestId: string): string {
  return writeEvent("error", errorFields(error, requestId));
}

function errorFields(error: GatewayError, requestId: string): JsonObject {
  const known = knownErrorType(error.options.upstreamType);
  // OpenAI says so of whatever the client did wrong, and leaves the rest to the status.
  const isVague = known === "invalid_request_error" && error.status < 500;
  const type = isVague ? errorTypeOf(error.status) : (known ?? errorTypeOf(error.status));
  return { error: { ...error.options.upstreamDetails, type, message: error.message }, request_id: requestId };
}

/** Anthropic's own error type if this is one. */
export function knownErrorType(type: string | undefined): ErrorType | undefined {
  return errorTypes.find((known) => known === type);
}
