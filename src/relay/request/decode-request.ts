import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { DecodedRequest, Operation } from "#dialects/operation";
import { fieldsOf, parseBody, type RequestBody, scanBody } from "#dialects/request-body";
import { isObject, type JsonObject } from "#lib/json";

/** Reads a request's envelope, and the rest only when asked. Throws `invalid_request` for what no provider could read either. */
export function decodeRequest(
  { header, pathModel }: Pick<InferenceRequest, "header" | "pathModel">,
  bytes: Uint8Array,
  operation: Operation,
): DecodedRequest {
  const body = scanBody(operation.body, bytes, header);
  const read = operation.decodeEnvelope(withModel(fieldsOf(body, operation.envelopeFields), pathModel));
  const envelope = operation.answer.stream === undefined && read.stream ? { ...read, stream: false } : read;
  let full: CompletionRequest | undefined;
  return {
    body,
    envelope,
    full: () => {
      full ??= decodeWhole(body, operation, pathModel);
      return full;
    },
  };
}

function decodeWhole(body: RequestBody, operation: Operation, pathModel: string | undefined): CompletionRequest {
  if (operation.decodeRequest === undefined) {
    throw new GatewayError("invalid_request", "Cannot read the request: one of this kind has no common form");
  }
  const whole = parseBody(body);
  return operation.decodeRequest(isObject(whole) ? withModel(whole, pathModel) : whole);
}

/** A path may name the model. */
function withModel(fields: JsonObject, pathModel: string | undefined): JsonObject {
  return pathModel === undefined ? fields : { ...fields, model: pathModel };
}
