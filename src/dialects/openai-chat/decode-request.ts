import type { CompletionRequest, OutputFormat, Tool } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import {
  at,
  invalidField,
  optionalArray,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalString,
  requireObject,
  requireString,
  unknownFields,
} from "../fields";
import { decodeEnvelope, decodeLimit } from "./decode-envelope";
import { decodeMessages } from "./decode-messages";
import { decodeReasoning } from "./decode-reasoning";
import { decodeFunction, decodeTool, decodeToolChoice } from "./decode-tools";
import { dialect } from "./wire";

/** Reads a whole Chat Completions request. Throws GatewayError `invalid_request` naming the field. */
export function decodeRequest(value: Json): CompletionRequest {
  if (!isObject(value)) throw invalidField("body", "an object", value);
  const body = value;
  const { model, stream, streamUsage, n } = decodeEnvelope(body);
  return {
    model,
    stream,
    streamUsage,
    messages: decodeMessages(body.messages),
    tools: decodeTools(body),
    stop: decodeStop(body.stop),
    n,
    ...present({
      toolChoice: decodeChoice(body),
      parallelToolCalls: optionalBoolean(body, "", "parallel_tool_calls"),
      logprobs: decodeLogprobs(body),
      reasoning: decodeReasoning(body),
      outputFormat: decodeOutputFormat(body),
      user: optionalString(body, "", "user") ?? optionalString(body, "", "safety_identifier"),
      metadata: optionalObject(body, "", "metadata"),
      serviceTier: optionalString(body, "", "service_tier"),
      ...decodeSampling(body),
    }),
    ...decodeRest(body),
  };
}

/** Leaves out what is undefined, so that absent fields are absent. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  return Object.assign(kept, Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)));
}

function decodeSampling(body: JsonObject) {
  return {
    maxOutputTokens: decodeLimit(body),
    temperature: optionalNumber(body, "", "temperature"),
    topP: optionalNumber(body, "", "top_p"),
    topK: optionalNumber(body, "", "top_k"),
    frequencyPenalty: optionalNumber(body, "", "frequency_penalty"),
    presencePenalty: optionalNumber(body, "", "presence_penalty"),
    seed: optionalNumber(body, "", "seed"),
  };
}

function decodeStop(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return [value];
  if (!isArray(value)) throw invalidField("stop", "a string or an array", value);
  return value.map((entry, index) => requireString(entry, at("stop", index)));
}

function decodeTools(body: JsonObject): readonly Tool[] {
  const tools = optionalArray(body, "", "tools") ?? [];
  const functions = optionalArray(body, "", "functions") ?? [];
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
      return decodeJsonSchema(requireObject(format.json_schema, "response_format.json_schema"));
    default:
      return undefined;
  }
}

function decodeJsonSchema(format: JsonObject): OutputFormat {
  const path = "response_format.json_schema";
  const fields = {
    name: optionalString(format, path, "name"),
    description: optionalString(format, path, "description"),
    strict: optionalBoolean(format, path, "strict"),
  };
  return { type: "json-schema", schema: format.schema ?? {}, ...present(fields) };
}

const knownFields: ReadonlySet<string> = new Set([
  ...["model", "messages", "stream", "tools", "parallel_tool_calls", "max_completion_tokens", "temperature", "top_p"],
  ...["frequency_penalty", "presence_penalty", "seed", "stop", "n", "logprobs", "top_logprobs", "reasoning_effort"],
  ...["user", "metadata", "service_tier", "__proto__"],
]);

/** Told apart from what other dialects do not have: what they do have, but spell otherwise. */
function decodeRest(body: JsonObject): Pick<CompletionRequest, "extensions" | "spelling"> {
  const { tool_choice, response_format, stream_options, ...rest } = unknownFields(body, knownFields) ?? {};
  const { max_tokens, functions, function_call, safety_identifier, reasoning, thinking, top_k, ...extensions } = rest;
  const spelling: JsonObject = present({
    ...{ max_tokens, functions, function_call, safety_identifier, reasoning, thinking, top_k },
    tool_choice: isOddChoice(tool_choice) ? tool_choice : undefined,
    response_format: isOddFormat(response_format) ? response_format : undefined,
    stream_options: isObject(stream_options) ? unknownFields(stream_options, new Set(["include_usage"])) : undefined,
  });
  return {
    extensions: Object.keys(extensions).length === 0 ? {} : { [dialect]: extensions },
    ...(Object.keys(spelling).length > 0 && { spelling: { [dialect]: spelling } }),
  };
}

function isOddChoice(choice: Json | undefined): boolean {
  if (typeof choice === "string") return choice === "any";
  if (!isObject(choice)) return false;
  return choice.type === "custom" || (choice.type === "allowed_tools" && JSON.stringify(choice).includes('"custom"'));
}

function isOddFormat(format: Json | undefined): boolean {
  if (!isObject(format)) return false;
  if (format.type === "json_schema") return Object.keys(format).length > 2;
  return Object.keys(format).length > 1 || (format.type !== "text" && format.type !== "json_object");
}
