import type { CompletionRequest, OutputFormat, ReasoningEffort, ReasoningRequest } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import type { Traits } from "#traits/vocabulary";
import { effortOfBudget } from "../efforts";
import { setDefined } from "../fields";
import { nameForeignFields } from "../name-unsayable";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { encodeMessages } from "./encode-messages";
import { encodeToolChoice, encodeTools } from "./encode-tools";
import { Losses } from "./losses";
import { dialect, own } from "./wire";

/** Builds a Chat Completions request. What another dialect's client asked and cannot be said here is named. */
export function encodeRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const losses = new Losses(target.traits);
  const { stream_options, max_tokens, functions, function_call, ...extras } = ownFields(request);
  // Field by field: a spread for each that may be absent costs more than all the rest.
  const { messages, paths } = encodeMessages(request.messages, losses);
  const body: Draft<JsonObject> = { model: target.model, messages };
  if (functions === undefined) writeTools(body, request, losses);
  else body.functions = functions;
  if (function_call === undefined) writeChoice(body, request, losses);
  else body.function_call = function_call;
  if (request.maxOutputTokens !== undefined) {
    body[max_tokens === undefined ? limitName(target) : "max_tokens"] = request.maxOutputTokens;
  }
  writeSampling(body, request, extras, losses);
  writeOptions(body, request, extras);
  writeReasoning(body, request.reasoning, extras, losses);
  writeStream(body, request, stream_options, losses);
  nameForeign(request, losses);
  return { body: { ...body, ...extras }, headers: {}, dropped: losses.dropped(), messagePaths: paths };
}

/** The newer name, unless the target knows the older alone. */
function limitName({ traits }: TargetFacts): "max_tokens" | "max_completion_tokens" {
  return traits.output_limit === "max_tokens" ? "max_tokens" : "max_completion_tokens";
}

/** What this dialect's own clients wrote in words that the pivot does not have. */
function ownFields({ extensions, spelling }: CompletionRequest): JsonObject {
  return spelling === undefined && extensions[dialect] === undefined
    ? nothing
    : { ...own(spelling), ...own(extensions) };
}

const nothing: JsonObject = {};

function writeTools(body: Draft<JsonObject>, request: CompletionRequest, losses: Losses): void {
  if (request.tools.length === 0) return;
  const tools = encodeTools(request.tools, losses);
  if (tools.length === 0) return;
  body.tools = tools;
  setDefined(body, "parallel_tool_calls", request.parallelToolCalls);
}

/** OpenAI refuses a choice without tools. */
function writeChoice(body: Draft<JsonObject>, { tools, toolChoice }: CompletionRequest, losses: Losses): void {
  if (toolChoice === undefined) return;
  const sendable = tools.some((tool) => tool.type === "function" || tool.dialect === dialect);
  if (sendable) body.tool_choice = encodeToolChoice(toolChoice, tools, losses);
}

/** `top_k` is not OpenAI's: it stands in the extensions when the client spoke this dialect, else it is dropped. */
function writeSampling(body: Draft<JsonObject>, request: CompletionRequest, extras: JsonObject, losses: Losses): void {
  if (request.topK !== undefined && extras.top_k === undefined) losses.drop("top_k");
  setDefined(body, "temperature", request.temperature);
  setDefined(body, "top_p", request.topP);
  setDefined(body, "frequency_penalty", request.frequencyPenalty);
  setDefined(body, "presence_penalty", request.presencePenalty);
  setDefined(body, "seed", request.seed);
  if (request.stop.length > 0) body.stop = request.stop;
  if (request.n !== 1) body.n = request.n;
  if (request.logprobs === undefined) return;
  body.logprobs = true;
  if (request.logprobs.top > 0) body.top_logprobs = request.logprobs.top;
}

function writeOptions(body: Draft<JsonObject>, request: CompletionRequest, extras: JsonObject): void {
  const user = request.user === extras.safety_identifier ? undefined : request.user;
  if (request.outputFormat !== undefined) body.response_format = encodeOutputFormat(request.outputFormat);
  setDefined(body, "user", user);
  setDefined(body, "metadata", request.metadata);
  setDefined(body, "service_tier", request.serviceTier);
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
          schema: embedJson(format.schema),
          ...(format.strict !== undefined && { strict: format.strict }),
        },
      };
  }
}

/** Only an effort can be said here: a budget is turned into the nearest. What the target makes of it its traits say. */
function writeReasoning(
  body: Draft<JsonObject>,
  reasoning: ReasoningRequest | undefined,
  extras: JsonObject,
  { traits }: Losses,
): void {
  if (reasoning === undefined || isObject(extras.reasoning) || isObject(extras.thinking)) return;
  setDefined(body, "reasoning_effort", reasoning.effort ?? effortFor(reasoning, traits));
}

/** Where neither effort nor budget is said, only what differs from what the model does by itself has to be asked for. */
function effortFor(reasoning: ReasoningRequest, traits: Traits): ReasoningEffort | undefined {
  const { reasons_by_default: byDefault } = traits;
  if (!reasoning.enabled) return byDefault === true ? "none" : undefined;
  if (reasoning.budgetTokens !== undefined) return effortOfBudget(reasoning.budgetTokens);
  return byDefault === false || traits.reasoning?.length === 0 ? "medium" : undefined;
}

/** Usage is always asked for on streams: the account needs it. */
function writeStream(
  body: Draft<JsonObject>,
  request: CompletionRequest,
  options: Json | undefined,
  losses: Losses,
): void {
  if (!request.stream) return;
  body.stream = true;
  if (losses.traits.stream_usage !== false)
    body.stream_options = { ...(isObject(options) && options), include_usage: true };
}

/** Fields that only other dialects have, but for those that were read into the request as well. */
function nameForeign(request: CompletionRequest, losses: Losses): void {
  const { outputFormat, reasoning } = request;
  const isCarried = (field: string) =>
    (field === "thinking" && reasoning !== undefined) ||
    (field === "output_config" && (reasoning !== undefined || outputFormat !== undefined));
  nameForeignFields(request, dialect, (field) => losses.drop(field), isCarried);
}
