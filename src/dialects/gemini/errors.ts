import type { GatewayError } from "#core/errors";
import type { JsonObject } from "#lib/json";

/** The canonical names of statuses: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const statusNames: { readonly [status: number]: string } = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  402: "FAILED_PRECONDITION",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  405: "UNIMPLEMENTED",
  408: "DEADLINE_EXCEEDED",
  409: "ABORTED",
  413: "INVALID_ARGUMENT",
  415: "INVALID_ARGUMENT",
  422: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
  529: "UNAVAILABLE",
};

function nameOf(status: number): string {
  return statusNames[status] ?? (status < 500 ? "FAILED_PRECONDITION" : "INTERNAL");
}

/**
 * https://cloud.google.com/apis/design/errors: with our code and the field as `ErrorInfo` and `BadRequest`, and a wait as
 * `RetryInfo`, in which Google's clients look for it.
 */
export function encodeError(error: GatewayError, requestId: string): JsonObject {
  const { code, message, options, status } = error;
  const metadata = { request_id: requestId, ...(options.param !== undefined && { param: options.param }) };
  const details: JsonObject[] = [
    { "@type": `${types}ErrorInfo`, reason: code.toUpperCase(), domain: "headgate", metadata },
  ];
  if (options.param !== undefined) {
    const violation = { field: options.param, description: message };
    details.push({ "@type": `${types}BadRequest`, fieldViolations: [violation] });
  }
  if (options.retryAfterS !== undefined)
    details.push({ "@type": `${types}RetryInfo`, retryDelay: `${options.retryAfterS}s` });
  return { error: { code: status, message, status: nameOf(status), details } };
}

const types = "type.googleapis.com/google.rpc.";

/** As an event: clients look for `error` in the data of each. */
export function encodeStreamError(error: GatewayError, requestId: string): string {
  return `data: ${JSON.stringify(encodeError(error, requestId))}\r\n\r\n`;
}
