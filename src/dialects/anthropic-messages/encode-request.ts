import type { CompletionRequest, Extensions, OutputFormat } from "#core/completion";
import { GatewayError } from "#core/errors";
import { isObject, type JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { withoutFields } from "../fields";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { encodeMessages } from "./encode-messages";
import { encodeTools } from "./encode-tools";
import { encodeThinking } from "./thinking";
import { compact, dialect, own } from "./wire";

/** Anthropic requires `max_tokens`; this is it when neither the client nor the catalog says more. */
const defaultMaxTokens = 4096;

/** Builds the body of `POST /v1/messages`. Throws GatewayError `unsupported_parameter` for more than one choice. */
export function encodeRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  if (request.n > 1) {
    throw new GatewayError(
      "unsupported_parameter",
      `Cannot ask ${target.model} for ${request.n} choices: "n" must be 1 for this model`,
      { param: "n" },
    );
  }
  const dropped: string[] = [];
  const kept = own(request.extensions);
  const maxTokens = request.maxOutputTokens ?? target.maxOutputTokens ?? defaultMaxTokens;
  const thinking = encodeThinking(request, target.traits, maxTokens, dropped);
  const { messages, system, paths } = encodeMessages(request, dropped);
  const body = compact({
    ...withoutFields(kept, ["output_config", "metadata", "thinking"]),
    model: target.model,
    max_tokens: maxTokens,
    system,
    messages,
    ...encodeTools(request, dropped),
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop_sequences: encodeStop(request, dropped),
    stream: request.stream || undefined,
    thinking: thinking.thinking,
    output_config: encodeOutputConfig(request, thinking.effort, dropped),
    metadata: encodeMetadata(request, kept, dropped),
    service_tier: encodeServiceTier(request, dropped),
  });
  dropped.push(...unsayable(request), ...foreignFields(request.extensions));
  return { body, headers: {}, dropped: [...new Set(dropped)], messagePaths: paths };
}

/** Anthropic refuses stop sequences of white space alone. */
function encodeStop(request: CompletionRequest, dropped: string[]): readonly string[] | undefined {
  const stop = request.stop.filter((sequence) => sequence.trim() !== "");
  if (stop.length < request.stop.length) dropped.push("stop");
  return stop.length > 0 ? stop : undefined;
}

function encodeOutputConfig(
  request: CompletionRequest,
  effort: string | undefined,
  dropped: string[],
): JsonObject | undefined {
  const kept = own(request.extensions).output_config;
  const config = compact({
    ...(isObject(kept) && kept),
    ...(effort !== undefined && { effort }),
    format: encodeFormat(request.outputFormat, dropped),
  });
  return Object.keys(config).length > 0 ? config : undefined;
}

function encodeFormat(format: OutputFormat | undefined, dropped: string[]): JsonObject | undefined {
  switch (format?.type) {
    case "json-schema":
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
  const metadata = compact({ ...(isObject(kept.metadata) && kept.metadata), user_id: request.user });
  return Object.keys(metadata).length > 0 ? metadata : undefined;
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
function unsayable(request: CompletionRequest): readonly string[] {
  return [
    ...(request.frequencyPenalty ? ["frequency_penalty"] : []),
    ...(request.presencePenalty ? ["presence_penalty"] : []),
    ...(request.seed !== undefined ? ["seed"] : []),
    ...(request.logprobs ? ["logprobs"] : []),
  ];
}

function foreignFields(extensions: Extensions): readonly string[] {
  return Object.entries(extensions).flatMap(([name, fields]) => (name === dialect ? [] : Object.keys(fields)));
}
