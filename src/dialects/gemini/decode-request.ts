import type { CompletionRequest, Message, OutputFormat, Role } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  optionalCount,
  optionalInteger,
  optionalNumber,
  optionalString,
  requireArray,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import { joinChunks } from "../join-turns";
import type { Envelope } from "../operation";
import { CallBook } from "./call-book";
import { decodeParts, withoutShown } from "./decode-content";
import { decodeToolChoice, decodeTools } from "./decode-tools";
import { jsonSchemaOf } from "./schema-from-google";
import { decodeThinking, thinkingAsked } from "./thinking";
import { bothSpellings, field, keep, listOf, nameIn } from "./wire";

export const envelopeFields = ["model", "stream", "generationConfig", "generation_config"] as const;

/** Model and stream are those of the path. Throws GatewayError `invalid_request` naming the field. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  const config = configIn(fields);
  const envelope: Draft<Envelope> = {
    model: requireString(fields.model, "model"),
    stream: fields.stream === true,
    n: count(config, "candidateCount") ?? 1,
    streamUsage: true,
  };
  setDefined(envelope, "maxOutputTokens", count(config, "maxOutputTokens"));
  setDefined(envelope, "reasoning", thinkingAsked(field(config, "thinkingConfig")));
  return envelope;
}

function configIn(body: JsonObject): JsonObject {
  const config = field(body, "generationConfig");
  return config === undefined ? {} : requireObject(config, "generationConfig");
}

function count(config: JsonObject, name: string): number | undefined {
  return optionalCount(config, "generationConfig", nameIn(config, name), 1);
}

/** Reads the whole request. Throws GatewayError `invalid_request` naming the field. */
export function decodeRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  const config = configIn(body);
  const number = (name: string) => optionalNumber(config, "generationConfig", nameIn(config, name));
  const request: Draft<CompletionRequest> = {
    model: requireString(body.model, "model"),
    stream: body.stream === true,
    streamUsage: true,
    messages: decodeMessages(body),
    tools: decodeTools(field(body, "tools")),
    stop: decodeStop(config),
    n: count(config, "candidateCount") ?? 1,
    extensions: keep(unknownIn(body, config)).extensions ?? {},
  };
  setDefined(request, "toolChoice", decodeToolChoice(field(body, "toolConfig")));
  setDefined(request, "maxOutputTokens", count(config, "maxOutputTokens"));
  setDefined(request, "temperature", number("temperature"));
  setDefined(request, "topP", number("topP"));
  setDefined(request, "topK", number("topK"));
  setDefined(request, "frequencyPenalty", number("frequencyPenalty"));
  setDefined(request, "presencePenalty", number("presencePenalty"));
  setDefined(request, "seed", optionalInteger(config, "generationConfig", "seed"));
  setDefined(request, "outputFormat", decodeFormat(config));
  setDefined(request, "serviceTier", tierOf(optionalString(body, "", nameIn(body, "serviceTier"))));
  noteThinking(request, config);
  if (field(config, "responseLogprobs") === true) request.logprobs = { top: number("logprobs") ?? 0 };
  return request;
}

function noteThinking(request: Draft<CompletionRequest>, config: JsonObject): void {
  const thinking = field(config, "thinkingConfig");
  if (thinking === undefined) return;
  const asked = requireObject(thinking, "generationConfig.thinkingConfig");
  setDefined(request, "reasoning", decodeThinking(asked));
  // Whether thoughts are shown is for the answer to know.
  request.spelling = keep({ thinkingConfig: asked }).extensions ?? {};
}

/** The pivot speaks OpenAI's words. */
function tierOf(tier: string | undefined): string | undefined {
  const named = tier?.toLowerCase();
  return named === "unspecified" ? undefined : named === "standard" ? "default" : named;
}

function decodeMessages(body: JsonObject): readonly Message[] {
  const book = new CallBook();
  const contents = field(body, "contents");
  if (!isArray(contents) && !isObject(contents)) throw invalidField("contents", "an array", contents);
  const messages: Message[] = [];
  const instruction = field(body, "systemInstruction");
  if (instruction !== undefined) {
    const content = decodeParts(instructionOf(instruction), "systemInstruction", book);
    if (content.length > 0) messages.push({ role: "system", path: "systemInstruction", content });
  }
  for (const [index, value] of listOf(contents).entries()) {
    const path = at("contents", index);
    const content = requireObject(value, path);
    const message: Message = { role: roleOf(content, path), path, content: decodeParts(content, path, book) };
    // The last chunk of a stream may say nothing.
    if (message.role !== "assistant" || message.content.length > 0) messages.push(message);
  }
  if (messages.every(({ role }) => role === "system"))
    throw invalidField("contents", "an array of at least one content", contents);
  return joinChunks(messages).map(withoutShown);
}

/** A text alone is taken as well. */
function instructionOf(value: Json): JsonObject {
  return typeof value === "string" ? { parts: [{ text: value }] } : requireObject(value, "systemInstruction");
}

/** `function` is what older clients call the turn with results; without a role it is the user's. */
function roleOf(content: JsonObject, path: string): Role {
  switch (optionalString(content, path, "role") ?? "user") {
    case "model":
    case "assistant":
      return "assistant";
    case "system":
      return "system";
    case "user":
    case "function":
    case "tool":
    case "":
      return "user";
    default:
      throw invalidField(at(path, "role"), "user or model", content.role);
  }
}

function decodeStop(config: JsonObject): readonly string[] {
  const stop = field(config, "stopSequences");
  if (stop === undefined) return [];
  const path = "generationConfig.stopSequences";
  return requireArray(stop, path).map((sequence, index) => requireString(sequence, at(path, index)));
}

function decodeFormat(config: JsonObject): OutputFormat | undefined {
  const schema = field(config, "responseJsonSchema");
  if (isObject(schema)) return { type: "json-schema", schema: writtenText(schema) };
  const google = field(config, "responseSchema");
  if (isObject(google)) return { type: "json-schema", schema: jsonSchemaOf(writtenText(google)) };
  return field(config, "responseMimeType") === "application/json" ? { type: "json" } : undefined;
}

const knownFields = bothSpellings(
  "model",
  "stream",
  "contents",
  "systemInstruction",
  "tools",
  "generationConfig",
  "serviceTier",
);
const knownOfConfig = bothSpellings(
  ...["candidateCount", "maxOutputTokens", "temperature", "topP", "topK", "frequencyPenalty", "presencePenalty"],
  ...["seed", "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig"],
  ...["responseLogprobs", "logprobs"],
);

/** What only Gemini knows, by the paths that a loss is named by; unnamed where it says only what holds anyway. */
function unknownIn(body: JsonObject, config: JsonObject): JsonObject {
  const unknown: { [path: string]: Json | undefined } = {};
  for (const [name, value] of Object.entries(unknownFields(body, knownFields)))
    if (!saysNothing(name, value)) unknown[name] = value;
  for (const [name, value] of Object.entries(unknownFields(config, knownOfConfig)))
    if (!saysNothing(name, value)) unknown[`generationConfig.${name}`] = value;
  return unknown;
}

function saysNothing(name: string, value: Json | undefined): boolean {
  switch (name) {
    case "toolConfig":
    case "tool_config":
      return isObject(value) && Object.keys(value).every((key) => /^function_?[cC]alling_?[cC]onfig$/.test(key));
    case "safetySettings":
    case "safety_settings":
      return listOf(value).every(
        (setting) => isObject(setting) && /^(?:BLOCK_NONE|OFF)$/.test(String(setting.threshold)),
      );
    case "responseModalities":
    case "response_modalities":
      return isArray(value) && value.every((each) => String(each).toUpperCase() === "TEXT");
    default:
      return false;
  }
}
