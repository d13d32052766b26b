import type { CompletionRequest, OutputFormat, Tool } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import {
  at,
  invalidField,
  isEmpty,
  optionalArray,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalString,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
  withoutFields,
} from "../fields";
import { jsonSchemaFormat } from "../json-schema-format";
import { decodeEnvelope, decodeLimit } from "./decode-envelope";
import { decodeMessages } from "./decode-messages";
import { decodeReasoning } from "./decode-reasoning";
import { decodeFunction, decodeTool, decodeToolChoice } from "./decode-tools";
import { keep } from "./wire";

/** Reads a whole Chat Completions request. Throws GatewayError `invalid_request` naming the field. */
export function decodeRequest(value: Json): CompletionRequest {
  if (!isObject(value)) throw invalidField("body", "an object", value);
  const body = value;
  const { model, stream, streamUsage, n } = decodeEnvelope(body);
  const request: Draft<CompletionRequest> = {
    model,
    stream,
    streamUsage,
    messages: decodeMessages(body.messages),
    tools: decodeTools(body),
    stop: decodeStop(body.stop),
    n,
    extensions: noExtensions,
  };
  noteRest(request, body);
  setDefined(request, "toolChoice", decodeChoice(body));
  setDefined(request, "parallelToolCalls", optionalBoolean(body, "", "parallel_tool_calls"));
  setDefined(request, "logprobs", decodeLogprobs(body));
  setDefined(request, "reasoning", decodeReasoning(body));
  setDefined(request, "outputFormat", decodeOutputFormat(body));
  setDefined(request, "user", optionalString(body, "", "user") ?? optionalString(body, "", "safety_identifier"));
  setDefined(request, "metadata", optionalObject(body, "", "metadata"));
  setDefined(request, "serviceTier", optionalString(body, "", "service_tier"));
  decodeSampling(body, request);
  return request;
}

function decodeSampling(body: JsonObject, request: Draft<CompletionRequest>): void {
  setDefined(request, "maxOutputTokens", decodeLimit(body));
  setDefined(request, "temperature", optionalNumber(body, "", "temperature"));
  setDefined(request, "topP", optionalNumber(body, "", "top_p"));
  setDefined(request, "topK", optionalNumber(body, "", "top_k"));
  setDefined(request, "frequencyPenalty", optionalNumber(body, "", "frequency_penalty"));
  setDefined(request, "presencePenalty", optionalNumber(body, "", "presence_penalty"));
  setDefined(request, "seed", optionalNumber(body, "", "seed"));
}

function decodeStop(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return nothing;
  if (typeof value === "string") return [value];
  if (!isArray(value)) throw invalidField("stop", "a string or an array", value);
  return value.map((entry, index) => requireString(entry, at("stop", index)));
}

const nothing: readonly never[] = [];

function decodeTools(body: JsonObject): readonly Tool[] {
  const tools = optionalArray(body, "", "tools") ?? nothing;
  const functions = optionalArray(body, "", "functions") ?? nothing;
  if (tools.length + functions.length === 0) return nothing;
  return [
    ...tools.map((tool, index) => decodeTool(tool, at("tools", index))),
    ...functions.map((definition, index) => {
      const path = at("functions", index);
      return decodeFunction(requireObject(definition, path), path);
    }),
  ];
}

function decodeChoice(body: JsonObject) {
  const key = body.tool_choice === undefined || body.tool_choice === null ? "function_call" : "tool_choice";
  const choice = body[key] ?? undefined;
  return choice === undefined ? undefined : decodeToolChoice(choice, key);
}

function decodeLogprobs(body: JsonObject) {
  const top = optionalCount(body, "", "top_logprobs", 0);
  return optionalBoolean(body, "", "logprobs") ? { top: top ?? 0 } : undefined;
}

function decodeOutputFormat(body: JsonObject): OutputFormat | undefined {
  const format = optionalObject(body, "", "response_format");
  if (format === undefined) return undefined;
  switch (requireString(format.type, "response_format.type")) {
    case "text":
      return { type: "text" };
    case "json_object":
      return { type: "json" };
    case "json_schema":
      return schemaFormat(requireObject(format.json_schema, "response_format.json_schema"));
    default:
      return undefined;
  }
}

function schemaFormat(format: JsonObject): OutputFormat {
  return jsonSchemaFormat(format, "response_format.json_schema", writtenText(format.schema ?? {}));
}

const knownFields: ReadonlySet<string> = new Set([
  ...["model", "messages", "stream", "tools", "parallel_tool_calls", "max_completion_tokens", "temperature", "top_p"],
  ...["frequency_penalty", "presence_penalty", "seed", "stop", "n", "logprobs", "top_logprobs", "reasoning_effort"],
  ...["user", "metadata", "service_tier", "__proto__"],
]);

const spelledOtherwise = [
  "max_tokens",
  "functions",
  "function_call",
  "safety_identifier",
  "reasoning",
  "thinking",
  "top_k",
];

const noExtensions: CompletionRequest["extensions"] = {};

/** Told apart from what other dialects do not have: what they do have, but spell otherwise. Most requests have neither. */
function noteRest(request: Draft<CompletionRequest>, body: JsonObject): void {
  const unknown = unknownFields(body, knownFields);
  if (isEmpty(unknown)) return;
  const { tool_choice, response_format, stream_options, ...rest } = unknown;
  const extensions = withoutFields(rest, spelledOtherwise);
  const options = isObject(stream_options) ? unknownFields(stream_options, usageOption) : {};
  const spelling: JsonObject = {
    ...withoutFields(rest, Object.keys(extensions)),
    ...(isOddChoice(tool_choice) && { tool_choice }),
    ...(isOddFormat(response_format) && { response_format }),
    ...(Object.keys(options).length > 0 && { stream_options: options }),
  };
  setDefined(request, "extensions", keep(extensions).extensions);
  setDefined(request, "spelling", keep(spelling).extensions);
}

const usageOption: ReadonlySet<string> = new Set(["include_usage"]);

/** Mistral's word. */
function isOddChoice(choice: Json | undefined): boolean {
  return choice === "any";
}

function isOddFormat(format: Json | undefined): boolean {
  if (!isObject(format)) return false;
  if (format.type === "json_schema") return Object.keys(format).length > 2;
  return Object.keys(format).length > 1 || (format.type !== "text" && format.type !== "json_object");
}
