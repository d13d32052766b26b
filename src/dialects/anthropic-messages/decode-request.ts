import type { CompletionRequest, Message, OutputFormat, Part } from "#core/completion";
import type { Draft } from "#lib/draft";
import type { Json, JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { anthropicLabels } from "../client-labels";
import {
  at,
  invalidField,
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import type { Envelope } from "../operation";
import { readTurns } from "../read-turns";
import { reasoningAsked, reasoningFields } from "../reasoning-asked";
import { isBillingLine } from "./billing-line";
import { decodeContent } from "./decode-content";
import { decodeTool, decodeToolChoice } from "./decode-tools";
import { decodeReasoning } from "./thinking";
import { dialect, keep } from "./wire";

export const envelopeFields = ["model", "stream", "max_tokens", "metadata", ...reasoningFields] as const;

/** Reads model, stream and output limit. Throws GatewayError `invalid_request` naming the field. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  const envelope = readEnvelope(fields);
  envelope.maxOutputTokens = requireMaxTokens(fields);
  return envelope;
}

/** As `decodeEnvelope`, for `count_tokens`, which has no output limit. */
export function decodeCountEnvelope(fields: JsonObject): Envelope {
  return readEnvelope(fields);
}

function readEnvelope(fields: JsonObject): Draft<Envelope> {
  const envelope: Draft<Envelope> = { model: modelOf(fields), stream: streamOf(fields), n: 1, streamUsage: true };
  setDefined(envelope, "labels", anthropicLabels(fields.metadata));
  setDefined(envelope, "reasoning", reasoningAsked(fields));
  return envelope;
}

/** Reads the whole request. Throws GatewayError `invalid_request` naming the field. */
export function decodeRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  const request = readRequest(body);
  request.maxOutputTokens = requireMaxTokens(body);
  return request;
}

/** As `decodeRequest`, for `count_tokens`, which has no output limit. */
export function decodeCountRequest(value: Json): CompletionRequest {
  return readRequest(requireObject(value, "body"));
}

/** Field by field: a spread for each that may be absent costs more than to read them all. */
function readRequest(body: JsonObject): Draft<CompletionRequest> {
  const request: Draft<CompletionRequest> = {
    model: modelOf(body),
    stream: streamOf(body),
    streamUsage: true,
    messages: readTurns(body, decodeSystem(body), decodeContent),
    tools: (optionalArray(body, "", "tools") ?? []).map((tool, i) => decodeTool(tool, `tools[${i}]`)),
    stop: decodeStop(body),
    n: 1,
    extensions: decodeExtensions(body),
  };
  Object.assign(request, decodeToolChoice(optionalObject(body, "", "tool_choice")));
  setDefined(request, "temperature", optionalNumber(body, "", "temperature"));
  setDefined(request, "topP", optionalNumber(body, "", "top_p"));
  setDefined(request, "topK", optionalNumber(body, "", "top_k"));
  noteOutput(request, body);
  noteLabels(request, body);
  return request;
}

function modelOf(body: JsonObject): string {
  return requireString(body.model, "model");
}

function streamOf(body: JsonObject): boolean {
  return optionalBoolean(body, "", "stream") ?? false;
}

function requireMaxTokens(body: JsonObject): number {
  const limit = body.max_tokens;
  // Zero fills the prompt cache without an answer.
  if (typeof limit === "number" && Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw invalidField("max_tokens", "a whole number of at least 0", limit);
}

function decodeSystem(body: JsonObject): readonly Message[] {
  if (body.system == null) return [];
  const content = decodeContent(body.system, "system").map(markBillingLine);
  const isEmpty = content.every((part) => part.type === "text" && part.text === "");
  return isEmpty ? [] : [{ role: "system", path: "system", content }];
}

function markBillingLine(part: Part): Part {
  return part.type === "text" && isBillingLine(part.text) ? { ...part, onlyFor: dialect } : part;
}

function decodeStop(body: JsonObject): readonly string[] {
  const stop = optionalArray(body, "", "stop_sequences") ?? [];
  return stop.map((sequence, i) => requireString(sequence, at("stop_sequences", i)));
}

function noteOutput(request: Draft<CompletionRequest>, body: JsonObject): void {
  const outputConfig = optionalObject(body, "", "output_config") ?? nothing;
  setDefined(request, "reasoning", decodeReasoning(optionalObject(body, "", "thinking"), outputConfig));
  const format = optionalObject(outputConfig, "output_config", "format") ?? optionalObject(body, "", "output_format");
  if (format?.type === "json_schema") request.outputFormat = decodeFormat(format);
}

function decodeFormat(format: JsonObject): OutputFormat {
  const schema = writtenText(requireObject(format.schema, "output_config.format.schema"));
  return { type: "json-schema", schema, strict: true };
}

function noteLabels(request: Draft<CompletionRequest>, body: JsonObject): void {
  const metadata = optionalObject(body, "", "metadata") ?? nothing;
  setDefined(request, "user", optionalString(metadata, "metadata", "user_id"));
  const tier = optionalString(body, "", "service_tier");
  // The pivot speaks OpenAI's words: `default` is what Anthropic calls `standard_only`.
  if (tier !== undefined) request.serviceTier = tier === "standard_only" ? "default" : tier;
}

const nothing: JsonObject = {};

const knownFields: ReadonlySet<string> = new Set([
  ...["model", "stream", "max_tokens", "metadata"],
  ...["system", "messages", "tools", "tool_choice", "temperature", "top_p", "top_k", "stop_sequences"],
  ...["output_config", "output_format", "service_tier"],
  // Of bodies at Vertex: it says what holds for every request here.
  "anthropic_version",
]);

/** The fields that only Anthropic knows, and the remains of those that the pivot knows in part. */
function decodeExtensions(body: JsonObject): CompletionRequest["extensions"] {
  const unknown = unknownFields(body, knownFields);
  const { metadata, output_config } = body;
  const fields =
    (metadata ?? undefined) === undefined && (output_config ?? undefined) === undefined
      ? unknown
      : withRemains(unknown, body);
  return keep(fields).extensions ?? {};
}

function withRemains(unknown: JsonObject, body: JsonObject): JsonObject {
  const outputConfig = unknownFields(optionalObject(body, "", "output_config") ?? nothing, knownOfOutput);
  const metadata = unknownFields(optionalObject(body, "", "metadata") ?? nothing, knownOfMetadata);
  return {
    ...unknown,
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

const knownOfOutput: ReadonlySet<string> = new Set(["format"]);
const knownOfMetadata: ReadonlySet<string> = new Set(["user_id"]);
