import type { CompletionRequest, Message, OutputFormat, ReasoningRequest } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { decodeReasoning } from "../anthropic-messages/thinking";
import {
  at,
  isEmpty,
  optionalArray,
  optionalCount,
  optionalNumber,
  optionalObject,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import { jsonSchemaFormat } from "../json-schema-format";
import type { Envelope } from "../operation";
import { readTurns } from "../read-turns";
import { reasoningAsked } from "../reasoning-asked";
import { decodeContent } from "./decode-content";
import { decodeToolChoice, decodeTools } from "./decode-tools";
import { keep } from "./wire";

export const envelopeFields = ["inferenceConfig", "additionalModelRequestFields", "outputConfig"] as const;

/** Reads what the path says, and the output limit. Throws GatewayError `invalid_request` naming the field. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  const envelope: Draft<Envelope> = {
    model: requireString(fields.model, "modelId"),
    stream: fields.stream === true,
    n: 1,
    streamUsage: true,
  };
  const inference = optionalObject(fields, "", "inferenceConfig") ?? nothing;
  setDefined(envelope, "maxOutputTokens", optionalCount(inference, "inferenceConfig", "maxTokens", 1));
  setDefined(envelope, "reasoning", asksToReason(fields));
  return envelope;
}

function asksToReason({ additionalModelRequestFields: extra, outputConfig }: JsonObject): boolean | undefined {
  const asked = isObject(extra) ? reasoningAsked({ ...extra, thinking: thinkingIn(extra) }) : undefined;
  return asked ?? reasoningAsked({ output_config: outputConfig });
}

/** Claude's, and what it and Nova have called it at Bedrock. */
function thinkingIn(extra: JsonObject): JsonObject | undefined {
  return objectOf(extra, "thinking") ?? objectOf(extra, "reasoning_config") ?? objectOf(extra, "reasoningConfig");
}

/** Reads the whole request. Throws GatewayError `invalid_request` naming the field. */
export function decodeRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  const { maxOutputTokens, model, stream } = decodeEnvelope(body);
  const inference = optionalObject(body, "", "inferenceConfig") ?? nothing;
  const toolConfig = optionalObject(body, "", "toolConfig") ?? nothing;
  const extra = optionalObject(body, "", "additionalModelRequestFields") ?? nothing;
  const request: Draft<CompletionRequest> = {
    model,
    stream,
    streamUsage: true,
    messages: readTurns(body, decodeSystem(body), decodeContent),
    tools: decodeTools(toolConfig),
    stop: decodeStop(inference),
    n: 1,
    extensions: decodeExtensions(body, extra),
  };
  setDefined(request, "maxOutputTokens", maxOutputTokens);
  setDefined(request, "toolChoice", decodeToolChoice(optionalObject(toolConfig, "toolConfig", "toolChoice")));
  setDefined(request, "temperature", optionalNumber(inference, "inferenceConfig", "temperature"));
  setDefined(request, "topP", optionalNumber(inference, "inferenceConfig", "topP"));
  setDefined(request, "topK", topKIn(extra));
  noteOutput(request, body, extra);
  setDefined(request, "metadata", optionalObject(body, "", "requestMetadata"));
  setDefined(request, "serviceTier", stringOf(optionalObject(body, "", "serviceTier") ?? nothing, "type"));
  return request;
}

const nothing: JsonObject = {};

function decodeSystem(body: JsonObject): readonly Message[] {
  const content = body.system == null ? [] : decodeContent(body.system, "system");
  return content.length === 0 ? [] : [{ role: "system", path: "system", content }];
}

function decodeStop(inference: JsonObject): readonly string[] {
  const stop = optionalArray(inference, "inferenceConfig", "stopSequences") ?? [];
  return stop.map((sequence, i) => requireString(sequence, at("inferenceConfig.stopSequences", i)));
}

/** Claude's and Mistral's name for it, and Nova's. */
function topKIn(extra: JsonObject): number | undefined {
  const value = extra.top_k ?? (objectOf(extra, "inferenceConfig") ?? nothing).topK;
  return typeof value === "number" ? value : undefined;
}

function noteOutput(request: Draft<CompletionRequest>, body: JsonObject, extra: JsonObject): void {
  const output = optionalObject(body, "", "outputConfig") ?? nothing;
  setDefined(request, "reasoning", reasoningIn(extra, output));
  const format = optionalObject(output, "outputConfig", "textFormat");
  if (format !== undefined) setDefined(request, "outputFormat", decodeFormat(format));
}

function reasoningIn(extra: JsonObject, output: JsonObject): ReasoningRequest | undefined {
  const thinking = thinkingIn(extra);
  const effort = stringOf(output, "effort") ?? stringOf(thinking ?? nothing, "maxReasoningEffort");
  const config = objectOf(extra, "output_config") ?? nothing;
  return decodeReasoning(thinking, effort === undefined ? config : { ...config, effort });
}

/** The schema is a text here, which goes on as it is. */
function decodeFormat(format: JsonObject): OutputFormat | undefined {
  const schema = objectOf(objectOf(format, "structure") ?? nothing, "jsonSchema");
  if (format.type !== "json_schema" || schema === undefined) return undefined;
  const path = "outputConfig.textFormat.structure.jsonSchema";
  return jsonSchemaFormat(schema, path, requireString(schema.schema, at(path, "schema")), true);
}

const knownFields: ReadonlySet<string> = new Set([
  ...["model", "modelId", "stream", "messages", "system", "inferenceConfig", "toolConfig", "requestMetadata"],
  ...["additionalModelRequestFields", "outputConfig", "serviceTier"],
]);
const knownExtras: ReadonlySet<string> = new Set([
  ...["thinking", "reasoning_config", "reasoningConfig", "top_k", "output_config"],
]);

/** What only Bedrock knows: guardrails, prompt variables, performance, and fields for a model that are not understood. */
function decodeExtensions(body: JsonObject, extra: JsonObject): CompletionRequest["extensions"] {
  const unknown = unknownFields(body, knownFields);
  const others = unknownFields(extra, knownExtras);
  const fields = isEmpty(others) ? unknown : { ...unknown, additionalModelRequestFields: others };
  return keep(fields).extensions ?? {};
}
