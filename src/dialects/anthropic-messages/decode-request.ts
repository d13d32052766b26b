import type { CompletionRequest, Message, OutputFormat, Role } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";
import { anthropicLabels } from "../client-labels";
import {
  at,
  invalidField,
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
  requireArray,
  requireObject,
  requireString,
  unknownFields,
} from "../fields";
import type { Envelope } from "../operation";
import { decodeContent } from "./decode-content";
import { decodeTool, decodeToolChoice } from "./decode-tools";
import { decodeReasoning } from "./thinking";
import { keep } from "./wire";

export const envelopeFields = ["model", "stream", "max_tokens", "metadata"] as const;

/** Reads model, stream and output limit. Throws GatewayError `invalid_request` naming the field. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  return { ...decodeCountEnvelope(fields), maxOutputTokens: requireMaxTokens(fields) };
}

/** As `decodeEnvelope`, for `count_tokens`, which has no output limit. */
export function decodeCountEnvelope(fields: JsonObject): Envelope {
  const labels = anthropicLabels(fields.metadata);
  return { ...decodeModel(fields), n: 1, streamUsage: true, ...(labels !== undefined && { labels }) };
}

/** Reads the whole request. Throws GatewayError `invalid_request` naming the field. */
export function decodeRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  return { ...decodeCountRequest(body), maxOutputTokens: requireMaxTokens(body) };
}

/** As `decodeRequest`, for `count_tokens`, which has no output limit. */
export function decodeCountRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  return {
    ...decodeModel(body),
    streamUsage: true,
    messages: [...decodeSystem(body), ...decodeMessages(body)],
    tools: (optionalArray(body, "", "tools") ?? []).map((tool, i) => decodeTool(tool, `tools[${i}]`)),
    ...decodeToolChoice(optionalObject(body, "", "tool_choice")),
    ...decodeSampling(body),
    stop: decodeStop(body),
    n: 1,
    ...decodeOutput(body),
    ...decodeLabels(body),
    extensions: decodeExtensions(body),
  };
}

function decodeModel(body: JsonObject): { readonly model: string; readonly stream: boolean } {
  return { model: requireString(body.model, "model"), stream: optionalBoolean(body, "", "stream") ?? false };
}

function requireMaxTokens(body: JsonObject): number {
  const limit = body.max_tokens;
  // Zero fills the prompt cache without an answer.
  if (typeof limit === "number" && Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw invalidField("max_tokens", "a whole number of at least 0", limit);
}

function decodeSystem(body: JsonObject): readonly Message[] {
  if (body.system == null) return [];
  return [{ role: "system", path: "system", content: decodeContent(body.system, "system") }];
}

function decodeMessages(body: JsonObject): readonly Message[] {
  const messages = requireArray(body.messages, "messages");
  if (messages.length === 0) throw invalidField("messages", "an array of at least one message", messages);
  return messages.map((value, i) => {
    const path = `messages[${i}]`;
    const message = requireObject(value, path);
    return { role: decodeRole(message, path), path, content: decodeContent(message.content, `${path}.content`) };
  });
}

function decodeRole(message: JsonObject, path: string): Role {
  const role = requireString(message.role, at(path, "role"));
  if (role === "user" || role === "assistant" || role === "system") return role;
  throw invalidField(at(path, "role"), "user, assistant or system", role);
}

function decodeSampling(body: JsonObject) {
  const temperature = optionalNumber(body, "", "temperature");
  const topP = optionalNumber(body, "", "top_p");
  const topK = optionalNumber(body, "", "top_k");
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
  };
}

function decodeStop(body: JsonObject): readonly string[] {
  const stop = optionalArray(body, "", "stop_sequences") ?? [];
  return stop.map((sequence, i) => requireString(sequence, at("stop_sequences", i)));
}

function decodeOutput(body: JsonObject) {
  const outputConfig = optionalObject(body, "", "output_config") ?? {};
  const reasoning = decodeReasoning(optionalObject(body, "", "thinking"), outputConfig);
  const format = optionalObject(outputConfig, "output_config", "format") ?? optionalObject(body, "", "output_format");
  return {
    ...(reasoning && { reasoning }),
    ...(format?.type === "json_schema" && { outputFormat: decodeFormat(format) }),
  };
}

function decodeFormat(format: JsonObject): OutputFormat {
  return { type: "json-schema", schema: requireObject(format.schema, "output_config.format.schema"), strict: true };
}

function decodeLabels(body: JsonObject) {
  const user = optionalString(optionalObject(body, "", "metadata") ?? {}, "metadata", "user_id");
  const tier = optionalString(body, "", "service_tier");
  return {
    ...(user !== undefined && { user }),
    // The pivot speaks OpenAI's words: `default` is what Anthropic calls `standard_only`.
    ...(tier !== undefined && { serviceTier: tier === "standard_only" ? "default" : tier }),
  };
}

const knownFields: ReadonlySet<string> = new Set([
  ...envelopeFields,
  ...["system", "messages", "tools", "tool_choice", "temperature", "top_p", "top_k", "stop_sequences"],
  ...["output_config", "output_format", "service_tier"],
]);

/** The fields that only Anthropic knows, and the remains of those that the pivot knows in part. */
function decodeExtensions(body: JsonObject): CompletionRequest["extensions"] {
  const outputConfig = unknownFields(optionalObject(body, "", "output_config") ?? {}, new Set(["format"]));
  const metadata = unknownFields(optionalObject(body, "", "metadata") ?? {}, new Set(["user_id"]));
  const fields: JsonObject = {
    ...unknownFields(body, knownFields),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
  return keep(fields).extensions ?? {};
}
