import type { Call } from "#core/call";
import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Endpoint } from "#dialects/endpoint";
import { isObject, type Json, type JsonObject, parseJson } from "#lib/json";
import { type JsonScan, readFields, scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import type { DecodedRequest } from "./prepare-request";

/** Reads a request's envelope, and the rest only when asked. Throws `invalid_request` for what no provider could read either. */
export function decodeCall(call: Call, bytes: Uint8Array, endpoint: Endpoint): DecodedRequest {
  const scan = scanBody(bytes);
  const fields = readFields(scan, endpoint.envelopeFields);
  const read = endpoint.decodeEnvelope(completed(call, fields));
  // These two never stream, whatever the body says.
  const whole = call.operation === "count-tokens" || call.operation === "embeddings";
  const envelope = whole ? { ...read, stream: false } : read;
  let full: CompletionRequest | undefined;
  return {
    scan,
    envelope,
    full: () => {
      full ??= endpoint.decodeRequest(wholeBody(call, bytes));
      return full;
    },
  };
}

function wholeBody(call: Call, bytes: Uint8Array): Json {
  const body = parseJson(new TextDecoder().decode(bytes));
  return isObject(body) ? completed(call, body) : body;
}

/** Fields as the dialect's reader wants them: a token count has no output limit, and a path may name the model. */
function completed(call: Call, fields: JsonObject): JsonObject {
  const limited = call.operation === "count-tokens" ? { max_tokens: 1, ...fields } : fields;
  return call.pathModel === undefined ? limited : { ...limited, model: call.pathModel };
}

function scanBody(bytes: Uint8Array): JsonScan {
  try {
    return scanTopLevel(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonScanError)) throw cause;
    throw new GatewayError("invalid_request", `Cannot read the request body as JSON: ${cause.message}`, { cause });
  }
}
