import type { CompletionRequest } from "#core/completion";
import { isObject, type Json, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import { decodeCountRequest as decodeMessages } from "../anthropic-messages/decode-request";
import { countTranslation as translationOf } from "../count-translation";
import { estimateInputTokens } from "../estimate-input";
import { invalidField, requireObject, requireString } from "../fields";
import type { Envelope } from "../operation";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { decodeRequest } from "./decode-request";
import { encodeRequest } from "./encode-request";

export const estimateCount = estimateInputTokens;

export function decodeCountEnvelope(fields: JsonObject): Envelope {
  return { model: requireString(fields.model, "modelId"), stream: false, n: 1, streamUsage: true };
}

/** The request whose tokens are counted: one to Converse, or the body of an Anthropic message in base64. */
export function decodeCountRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  const { model } = body;
  const input = requireObject(body.input, "input");
  if (isObject(input.converse)) return decodeRequest({ ...input.converse, model });
  if (!isObject(input.invokeModel)) throw invalidField("input", "converse or invokeModel", input);
  const text = Buffer.from(stringOf(input.invokeModel, "body") ?? "", "base64").toString("utf8");
  return decodeMessages({ ...requireObject(tryParseJson(text), "input.invokeModel.body"), model });
}

export const countTranslation = translationOf({
  field: "inputTokens",
  encodeAnswer: (inputTokens) => ({ inputTokens }),
  encodeRequest: encodeCount,
});

function encodeCount(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const encoded = encodeRequest(request, target);
  const { additionalModelRequestFields, messages, system, toolConfig } = encoded.body;
  const converse = { messages, system, toolConfig, additionalModelRequestFields };
  return { body: { input: { converse } }, headers: {}, dropped: encoded.dropped };
}
