import type { CompletionRequest, OutputFormat } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { isEmpty, setDefined, withoutFields } from "../fields";
import { nameForeignFields, nameSampling } from "../name-unsayable";
import { refuseChoices } from "../one-choice";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { encodeMessages } from "./encode-messages";
import { writeTools } from "./encode-tools";
import { encodeThinking } from "./thinking";
import { compact, dialect, own } from "./wire";

/** Anthropic requires `max_tokens`; this is it when neither the client nor the catalog says more. */
const defaultMaxTokens = 4096;

/** Builds the body of `POST /v1/messages`. Throws GatewayError `unsupported_parameter` for more than one choice. */
export function encodeRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  refuseChoices(request, target);
  const dropped: string[] = [];
  const kept = own(request.extensions);
  const maxTokens = request.maxOutputTokens ?? target.maxOutputTokens ?? defaultMaxTokens;
  const thinking = encodeThinking(request, target.traits, maxTokens, dropped);
  const { messages, system, paths } = encodeMessages(request, dropped);
  const rest = withoutFields(kept, ["output_config", "metadata", "thinking"]);
  // Field by field: a spread for each that may be absent costs more than all the rest.
  const body: Draft<JsonObject> = { ...rest, model: target.model, max_tokens: maxTokens };
  setDefined(body, "system", system);
  body.messages = messages;
  writeTools(body, request, dropped);
  setDefined(body, "temperature", request.temperature);
  setDefined(body, "top_p", request.topP);
  setDefined(body, "top_k", request.topK);
  setDefined(body, "stop_sequences", encodeStop(request, dropped));
  if (request.stream) body.stream = true;
  setDefined(body, "thinking", thinking.thinking);
  setDefined(body, "output_config", encodeOutputConfig(request, kept, thinking.effort, dropped));
  setDefined(body, "metadata", encodeMetadata(request, kept, dropped));
  setDefined(body, "service_tier", encodeServiceTier(request, dropped));
  nameUnsayable(request, dropped);
  return { body, headers: {}, dropped: dropped.length < 2 ? dropped : [...new Set(dropped)], messagePaths: paths };
}

/** The body of `POST /v1/messages/count_tokens`, which takes nothing that only an answer needs. */
export function encodeCount(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const encoded = encodeRequest(request, target);
  const { messages, model, output_config, system, thinking, tool_choice, tools } = encoded.body;
  return { ...encoded, body: compact({ model, system, messages, tools, tool_choice, thinking, output_config }) };
}

/** Anthropic refuses stop sequences of white space alone. */
function encodeStop(request: CompletionRequest, dropped: string[]): readonly string[] | undefined {
  if (request.stop.length === 0) return undefined;
  const stop = request.stop.filter((sequence) => sequence.trim() !== "");
  if (stop.length < request.stop.length) dropped.push("stop");
  return stop.length > 0 ? stop : undefined;
}

function encodeOutputConfig(
  { outputFormat }: CompletionRequest,
  { output_config: kept }: JsonObject,
  effort: string | undefined,
  dropped: string[],
): JsonObject | undefined {
  if (kept === undefined && effort === undefined && outputFormat === undefined) return undefined;
  const config: Draft<JsonObject> = isObject(kept) ? { ...kept } : {};
  setDefined(config, "effort", effort);
  setDefined(config, "format", encodeFormat(outputFormat, dropped));
  return isEmpty(config) ? undefined : config;
}

function encodeFormat(format: OutputFormat | undefined, dropped: string[]): JsonObject | undefined {
  switch (format?.type) {
    case "json-schema":
      if (format.description !== undefined) dropped.push("response_format.description");
      return { type: "json_schema", schema: embedJson(format.schema) };
    case "json":
      // Anthropic has no JSON mode without a schema; OpenAI's clients must ask for JSON in words anyway.
      dropped.push("response_format");
      return undefined;
    case "text":
    case undefined:
      return undefined;
  }
}

function encodeMetadata(request: CompletionRequest, kept: JsonObject, dropped: string[]): JsonObject | undefined {
  if (request.metadata) dropped.push("metadata");
  if (kept.metadata === undefined && request.user === undefined) return undefined;
  const metadata: Draft<JsonObject> = isObject(kept.metadata) ? { ...kept.metadata } : {};
  setDefined(metadata, "user_id", request.user);
  return isEmpty(metadata) ? undefined : metadata;
}

function encodeServiceTier(request: CompletionRequest, dropped: string[]): string | undefined {
  switch (request.serviceTier) {
    case undefined:
    case "auto":
      return request.serviceTier;
    case "default":
      return "standard_only";
    default:
      dropped.push("service_tier");
      return undefined;
  }
}

/** The parameters that Anthropic has no word for, where they would change anything. */
function nameUnsayable(request: CompletionRequest, dropped: string[]): void {
  nameSampling(request, dropped);
  if (request.logprobs) dropped.push("logprobs");
  nameForeignFields(request, dialect, (field) => dropped.push(field));
}
