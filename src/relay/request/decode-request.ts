import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { Endpoint } from "#dialects/endpoint";
import { isObject, type Json, type JsonObject, parseJson } from "#lib/json";
import { type JsonScan, readFields, scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import type { DecodedRequest } from "./prepare-request";

/** Reads a request's envelope, and the rest only when asked. Throws `invalid_request` for what no provider could read either. */
export function decodeRequest(inference: InferenceRequest, bytes: Uint8Array, endpoint: Endpoint): DecodedRequest {
  const scan = scanBody(bytes);
  const fields = readFields(scan, endpoint.envelopeFields);
  const read = endpoint.decodeEnvelope(completed(inference, fields));
  // These two never stream, whatever the body says.
  const whole = inference.operation === "count-tokens" || inference.operation === "embeddings";
  const envelope = whole ? { ...read, stream: false } : read;
  let full: CompletionRequest | undefined;
  return {
    scan,
    envelope,
    full: () => {
      full ??= endpoint.decodeRequest(wholeBody(inference, bytes));
      return full;
    },
  };
}

function wholeBody(inference: InferenceRequest, bytes: Uint8Array): Json {
  const body = parseJson(new TextDecoder().decode(bytes));
  return isObject(body) ? completed(inference, body) : body;
}

/** Fields as the dialect's reader wants them: a token count has no output limit, and a path may name the model. */
function completed(inference: InferenceRequest, fields: JsonObject): JsonObject {
  const limited = inference.operation === "count-tokens" ? { max_tokens: 1, ...fields } : fields;
  return inference.pathModel === undefined ? limited : { ...limited, model: inference.pathModel };
}

function scanBody(bytes: Uint8Array): JsonScan {
  try {
    return scanTopLevel(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonScanError)) throw cause;
    throw new GatewayError("invalid_request", `Cannot read the request body as JSON: ${cause.message}`, { cause });
  }
}
