import type { CompletionRequest, OutputFormat, ReasoningEffort, ReasoningRequest } from "#core/completion";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { rulesFor } from "../quirk";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { encodeMessages } from "./encode-messages";
import { encodeToolChoice, encodeTools } from "./encode-tools";
import { createLosses, type Losses } from "./losses";
import { openaiRules, quirks, type WritingRules } from "./quirks";
import { targetUserId } from "./target-ids";
import { dialect, own } from "./wire";

/** Builds a Chat Completions request. What another dialect's client asked and cannot be said here is named. */
export function encodeRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const losses = createLosses(rulesFor(openaiRules, quirks, target.quirks));
  const { stream_options, max_tokens, functions, function_call, ...extras } = {
    ...own(request.spelling),
    ...own(request.extensions),
  };
  const body: JsonObject = {
    model: target.model,
    messages: encodeMessages(request.messages, losses),
    ...(functions === undefined ? encodeToolFields(request, losses) : { functions }),
    ...(function_call === undefined ? encodeChoice(request) : { function_call }),
    ...encodeLimit(request, max_tokens === undefined ? losses.rules.outputLimit : "max_tokens"),
    ...encodeSampling(request, extras, losses),
    ...encodeOptions(request, extras),
    ...encodeReasoning(request.reasoning, extras),
    ...encodeStream(request, stream_options, losses),
    ...extras,
  };
  nameForeign(request, losses);
  return { body, headers: {}, dropped: losses.dropped() };
}

function encodeToolFields(request: CompletionRequest, losses: Losses): JsonObject {
  const tools = encodeTools(request.tools, losses);
  if (tools.length === 0) return {};
  return {
    tools,
    ...(request.parallelToolCalls !== undefined && { parallel_tool_calls: request.parallelToolCalls }),
  };
}

/** OpenAI refuses a choice without tools. */
function encodeChoice({ tools, toolChoice }: CompletionRequest): JsonObject {
  const sendable = tools.some((tool) => tool.type === "function" || tool.dialect === dialect);
  return toolChoice && sendable ? { tool_choice: encodeToolChoice(toolChoice) } : {};
}

/** `max_completion_tokens` is the name today; a client's own `max_tokens` is kept, and some providers know no other. */
function encodeLimit({ maxOutputTokens }: CompletionRequest, name: WritingRules["outputLimit"]): JsonObject {
  return maxOutputTokens === undefined ? {} : { [name]: maxOutputTokens };
}

/** `top_k` is not OpenAI's: it stands in the extensions when the client spoke this dialect, else it is dropped. */
function encodeSampling(request: CompletionRequest, extras: JsonObject, losses: Losses): JsonObject {
  if (request.topK !== undefined && extras.top_k === undefined) losses.drop("top_k");
  return {
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...(request.frequencyPenalty !== undefined && { frequency_penalty: request.frequencyPenalty }),
    ...(request.presencePenalty !== undefined && { presence_penalty: request.presencePenalty }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...(request.n !== 1 && { n: request.n }),
    ...(request.logprobs && { logprobs: true }),
    ...(request.logprobs && request.logprobs.top > 0 && { top_logprobs: request.logprobs.top }),
  };
}

function encodeOptions(request: CompletionRequest, extras: JsonObject): JsonObject {
  const user = request.user === extras.safety_identifier ? undefined : request.user;
  return {
    ...(request.outputFormat && { response_format: encodeOutputFormat(request.outputFormat) }),
    ...(user !== undefined && { user: targetUserId(user) }),
    ...(request.metadata && { metadata: request.metadata }),
    ...(request.serviceTier !== undefined && { service_tier: request.serviceTier }),
  };
}

function encodeOutputFormat(format: OutputFormat): JsonObject {
  switch (format.type) {
    case "text":
      return { type: "text" };
    case "json":
      return { type: "json_object" };
    case "json-schema":
      return {
        type: "json_schema",
        json_schema: {
          // Required here, unknown to Anthropic.
          name: format.name ?? "answer",
          ...(format.description !== undefined && { description: format.description }),
          schema: format.schema,
          ...(format.strict !== undefined && { strict: format.strict }),
        },
      };
  }
}

/** Only an effort can be said here; a budget is turned into the nearest, and models without reasoning get nothing. */
function encodeReasoning(reasoning: ReasoningRequest | undefined, extras: JsonObject): JsonObject {
  if (reasoning === undefined || isObject(extras.reasoning) || isObject(extras.thinking)) return {};
  const effort = reasoning.effort ?? (reasoning.enabled ? effortOf(reasoning.budgetTokens) : undefined);
  return effort === undefined ? {} : { reasoning_effort: effort };
}

function effortOf(budgetTokens: number | undefined): ReasoningEffort | undefined {
  if (budgetTokens === undefined) return undefined;
  if (budgetTokens <= 4096) return "low";
  return budgetTokens <= 16_384 ? "medium" : "high";
}

/** Usage is always asked for on streams: the account needs it. */
function encodeStream(request: CompletionRequest, options: Json | undefined, losses: Losses): JsonObject {
  if (!request.stream) return {};
  if (!losses.rules.usageOption) return { stream: true };
  return { stream: true, stream_options: { ...(isObject(options) && options), include_usage: true } };
}

/** Fields that only other dialects have, but for those that were read into the request as well. */
function nameForeign(request: CompletionRequest, losses: Losses): void {
  const carried = new Set([
    ...(request.reasoning ? ["thinking"] : []),
    ...(request.reasoning || request.outputFormat ? ["output_config"] : []),
  ]);
  for (const [name, fields] of Object.entries(request.extensions))
    if (name !== dialect) for (const field of Object.keys(fields)) if (!carried.has(field)) losses.drop(field);
}
