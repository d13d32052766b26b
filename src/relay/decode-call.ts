import type { Call } from "#core/call";
import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Endpoint } from "#dialects/endpoint";
import { isObject, type Json, parseJson } from "#lib/json";
import { type JsonScan, readFields, scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import type { DecodedRequest } from "./prepare-request";

/** Reads a request's envelope, and the rest only when asked. Throws `invalid_request` for what no provider could read either. */
export function decodeCall(call: Call, bytes: Uint8Array, endpoint: Endpoint): DecodedRequest {
  const scan = scanBody(bytes);
  const fields = readFields(scan, endpoint.envelopeFields);
  const named = call.pathModel === undefined ? fields : { ...fields, model: call.pathModel };
  const read = endpoint.decodeEnvelope(named);
  // These two never stream, whatever the body says.
  const whole = call.operation === "count-tokens" || call.operation === "embeddings";
  const envelope = whole ? { ...read, stream: false } : read;
  let full: CompletionRequest | undefined;
  return {
    scan,
    envelope,
    full: () => {
      full ??= endpoint.decodeRequest(wholeBody(call, bytes, envelope.model));
      return full;
    },
  };
}

/** The body as its dialect's decoder wants it: a token count has no output limit, and a path may name the model. */
function wholeBody(call: Call, bytes: Uint8Array, model: string): Json {
  const body = parseJson(new TextDecoder().decode(bytes));
  if (!isObject(body)) return body;
  return call.operation === "count-tokens" ? { max_tokens: 1, ...body, model } : { ...body, model };
}

function scanBody(bytes: Uint8Array): JsonScan {
  try {
    return scanTopLevel(bytes);
  } catch (cause) {
    if (!(cause instanceof JsonScanError)) throw cause;
    throw new GatewayError("invalid_request", `Cannot read the request body as JSON: ${cause.message}`, { cause });
  }
}
