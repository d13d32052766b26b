import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { DecodedRequest, Operation } from "#dialects/operation";
import { isObject, type Json, type JsonObject, parseJson } from "#lib/json";
import { type JsonScan, readFields, scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";

/** Reads a request's envelope, and the rest only when asked. Throws `invalid_request` for what no provider could read either. */
export function decodeRequest(
  { pathModel }: Pick<InferenceRequest, "pathModel">,
  bytes: Uint8Array,
  operation: Operation,
): DecodedRequest {
  const scan = scanBody(bytes);
  const read = operation.decodeEnvelope(withModel(readFields(scan, operation.envelopeFields), pathModel));
  const envelope = operation.answer.stream === undefined && read.stream ? { ...read, stream: false } : read;
  let full: CompletionRequest | undefined;
  return {
    scan,
    envelope,
    full: () => {
      full ??= decodeWhole(bytes, operation, pathModel);
      return full;
    },
  };
}

function decodeWhole(bytes: Uint8Array, operation: Operation, pathModel: string | undefined): CompletionRequest {
  if (operation.decodeRequest === undefined) {
    throw new GatewayError("invalid_request", "Cannot read the request: one of this kind has no common form");
  }
  const body: Json = parseJson(new TextDecoder().decode(bytes));
  return operation.decodeRequest(isObject(body) ? withModel(body, pathModel) : body);
}

/** A path may name the model. */
function withModel(fields: JsonObject, pathModel: string | undefined): JsonObject {
  return pathModel === undefined ? fields : { ...fields, model: pathModel };
}

function scanBody(bytes: Uint8Array): JsonScan {
  try {
    return scanTopLevel(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonScanError)) throw cause;
    throw new GatewayError("invalid_request", `Cannot read the request body as JSON: ${cause.message}`, { cause });
  }
}
