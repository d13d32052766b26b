import type { CompletionRequest } from "#core/completion";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { countTranslation } from "../count-translation";
import { estimateInputTokens } from "../estimate-input";
import type { Envelope } from "../operation";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { decodeEnvelope, decodeRequest } from "./decode-request";
import { encodeRequest } from "./encode-request";
import { field, nameIn } from "./wire";

// A count is asked for by the contents alone, or by a whole request within, which has instructions and tools too:
// https://ai.google.dev/api/tokens#request-body. Vertex takes instructions and tools beside the contents.

const within = "generateContentRequest";

export const countFields = ["model", "generationConfig", "generation_config", within, "generate_content_request"];

export function decodeCountEnvelope(fields: JsonObject): Envelope {
  return { ...decodeEnvelope(bodyOf(fields)), stream: false };
}

export function decodeCountRequest(value: Json): CompletionRequest {
  return decodeRequest(isObject(value) ? bodyOf(value) : value);
}

function bodyOf(fields: JsonObject): JsonObject {
  const request = field(fields, within);
  return isObject(request) ? { ...request, model: fields.model } : fields;
}

/** The whole request, with its model, which it wants there as well. */
function encodeCount(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const encoded = encodeRequest(request, target);
  return { ...encoded, body: { [within]: { model: `models/${target.model}`, ...encoded.body } } };
}

export const translation = countTranslation({
  encodeRequest: encodeCount,
  field: "totalTokens",
  encodeAnswer: (totalTokens) => ({ totalTokens }),
});

export function estimateCount(request: CompletionRequest, model: string): JsonObject {
  return { totalTokens: estimateInputTokens(request, model) };
}

/** A request within says its model once more: there it is the target's. */
export function patchCount(body: JsonObject, model: string): JsonObject {
  const name = nameIn(body, within);
  const request = body[name];
  return isObject(request) ? { [name]: { ...request, model: `models/${model}` } } : {};
}
