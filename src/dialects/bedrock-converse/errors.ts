import type { GatewayError } from "#core/errors";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { JsonObject } from "#lib/json";
import { exceptionLine } from "../event-stream-text";
import { readFailure } from "../read-failure";

/** The exception of a status: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors */
function exceptionOf(status: number): string {
  switch (status) {
    case 401:
      return "UnrecognizedClientException";
    case 402:
      return "ServiceQuotaExceededException";
    case 403:
      return "AccessDeniedException";
    case 404:
    case 405:
      return "ResourceNotFoundException";
    case 408:
    case 504:
      return "ModelTimeoutException";
    case 424:
      return "ModelErrorException";
    case 429:
      return "ThrottlingException";
    case 502:
      return "InternalServerException";
    case 503:
    case 529:
      return "ServiceUnavailableException";
    default:
      return status >= 500 ? "InternalServerException" : "ValidationException";
  }
}

/** The exceptions that a stream may hold: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html */
const streamExceptions: { readonly [exception: string]: string } = {
  ThrottlingException: "throttlingException",
  ServiceQuotaExceededException: "throttlingException",
  ServiceUnavailableException: "serviceUnavailableException",
  ValidationException: "validationException",
  ModelErrorException: "modelStreamErrorException",
  ModelStreamErrorException: "modelStreamErrorException",
};

export function encodeError({ message }: GatewayError): JsonObject {
  return { message };
}

export function errorHeaders(error: GatewayError): { readonly [name: string]: string } {
  return { "x-amzn-errortype": exceptionFor(error) };
}

export function encodeStreamError(error: GatewayError): string {
  const { message } = error;
  const exception = streamExceptions[exceptionFor(error)] ?? "internalServerException";
  return exceptionLine(exception, JSON.stringify({ message }));
}

/** The provider's own where it is one of AWS. */
function exceptionFor({ options: { upstreamType }, status }: GatewayError): string {
  return upstreamType !== undefined && /^[A-Z]\w*Exception$/.test(upstreamType) ? upstreamType : exceptionOf(status);
}

/** Some services write `{"Message"}`, or the exception as `__type`. */
export function decodeError(status: number, body: string): UpstreamFailure {
  const failure = readFailure(status, body);
  return failure.type === undefined ? { ...failure, type: exceptionOf(status) } : failure;
}
