import type { CompletionRequest, OutputFormat, ReasoningRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Draft } from "#lib/draft";
import { arrayOf, isObject, type Json, type JsonObject } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { effortNamed } from "../efforts";
import {
  at,
  invalidField,
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
import { decodeInput, notKept } from "./decode-input";
import { decodeToolChoice, decodeTools, isHostedChoice } from "./decode-tools";
import { keep } from "./wire";

/**
 * Reads a whole request, for a provider of another dialect: one of this dialect gets the client's bytes. Throws GatewayError
 * `invalid_request` naming the field, `not_found` for what nobody keeps, `unsupported_parameter` for what only a provider
 * of this dialect can do.
 */
export function decodeRequest(value: Json): CompletionRequest {
  if (!isObject(value)) throw invalidField("body", "an object", value);
  const body = value;
  refuseKept(body);
  const { model, stream } = decodeEnvelope(body);
  const { tools, naming } = decodeTools(body);
  const request: Draft<CompletionRequest> = {
    model,
    stream,
    streamUsage: true,
    messages: decodeInput(body, naming),
    tools,
    stop: [],
    n: 1,
    extensions: keep(notCarried(body)).extensions ?? {},
    spelling: keep(echoed(body)).extensions ?? {},
  };
  setDefined(request, "toolChoice", decodeToolChoice(body.tool_choice));
  setDefined(request, "parallelToolCalls", optionalBoolean(body, "", "parallel_tool_calls"));
  setDefined(request, "maxOutputTokens", decodeLimit(body));
  setDefined(request, "temperature", optionalNumber(body, "", "temperature"));
  setDefined(request, "topP", optionalNumber(body, "", "top_p"));
  setDefined(request, "logprobs", decodeLogprobs(body));
  setDefined(request, "reasoning", decodeReasoning(body));
  setDefined(request, "outputFormat", decodeFormat(body));
  setDefined(request, "user", optionalString(body, "", "safety_identifier") ?? optionalString(body, "", "user"));
  setDefined(request, "metadata", optionalObject(body, "", "metadata"));
  setDefined(request, "serviceTier", optionalString(body, "", "service_tier"));
  return request;
}

/** What stands for something that is kept where it was made, and what goes on after the request. */
function refuseKept(body: JsonObject): void {
  const earlier = optionalString(body, "", "previous_response_id");
  if (earlier !== undefined) throw notKept(earlier, "previous_response_id");
  const { conversation, prompt } = body;
  for (const [param, kept] of Object.entries({ conversation, prompt })) {
    const id = isObject(kept) ? kept.id : kept;
    if (typeof id === "string") throw notKept(id, param);
  }
  if (body.background === true) {
    throw new GatewayError(
      "unsupported_parameter",
      'Cannot answer in the background: "background" needs a provider that speaks the Responses API',
      { param: "background" },
    );
  }
}

const knownFields: ReadonlySet<string> = new Set([
  ...["model", "input", "instructions", "stream", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens"],
  ...["temperature", "top_p", "top_logprobs", "reasoning", "text", "user", "safety_identifier", "metadata"],
  ...["service_tier", "__proto__"],
  // They change nothing: how events are padded, what all answers have anyway, who the client is.
  ...["stream_options", "include", "client_metadata", "previous_response_id", "conversation", "prompt"],
  // Whether an answer is kept is the gateway's to say.
  "store",
]);

/** What no other dialect has, where it would change anything. */
function notCarried(body: JsonObject): JsonObject {
  const rest = unknownFields(body, knownFields);
  const idle = Object.keys(idleValues).filter((name) => rest[name] === idleValues[name]);
  const { verbosity } = isObject(body.text) ? body.text : {};
  return {
    ...withoutFields(rest, idle),
    ...(typeof verbosity === "string" && verbosity !== "medium" && { "text.verbosity": verbosity }),
    ...reasoningIn(body),
    ...(isHostedChoice(body.tool_choice) && { tool_choice: body.tool_choice }),
    ...phasesIn(body),
  };
}

/** How much the model works, and what of earlier reasoning it sees, beside its effort: https://platform.openai.com/docs/guides/reasoning */
function reasoningIn({ reasoning }: JsonObject): JsonObject {
  const { context, mode } = isObject(reasoning) ? reasoning : {};
  return {
    ...(typeof mode === "string" && mode !== "standard" && { "reasoning.mode": mode }),
    ...(typeof context === "string" && context !== "auto" && { "reasoning.context": context }),
  };
}

/** Which messages were commentary, and which the final answer: https://developers.openai.com/api/docs/guides/prompt-guidance */
function phasesIn(body: JsonObject): JsonObject {
  const phases: { [path: string]: Json } = {};
  for (const [index, item] of arrayOf(body, "input").entries())
    if (isObject(item) && typeof item.phase === "string") phases[`${at("input", index)}.phase`] = item.phase;
  return phases;
}

/** What says only what holds anyway. */
const idleValues: JsonObject = { background: false, truncation: "disabled" };

/** The fields that an answer repeats, as the client wrote them. */
const echoedFields = [
  ...["instructions", "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls", "prompt_cache_key"],
  ...["reasoning", "safety_identifier", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p"],
  ...["truncation", "user"],
];

function echoed(body: JsonObject): JsonObject {
  const echo: Draft<JsonObject> = {};
  for (const name of echoedFields) setDefined(echo, name, body[name] ?? undefined);
  return echo;
}

function decodeLogprobs(body: JsonObject): CompletionRequest["logprobs"] {
  const top = optionalCount(body, "", "top_logprobs", 0);
  const isAsked = arrayOf(body, "include").includes("message.output_text.logprobs");
  return isAsked || (top !== undefined && top > 0) ? { top: top ?? 0 } : undefined;
}

function decodeReasoning(body: JsonObject): ReasoningRequest | undefined {
  const reasoning = optionalObject(body, "", "reasoning");
  const word = reasoning && optionalString(reasoning, "reasoning", "effort");
  if (word === undefined) return undefined;
  const effort = effortNamed(word);
  if (effort === undefined) {
    throw invalidField("reasoning.effort", "none, minimal, low, medium, high, xhigh or max", word);
  }
  return { enabled: effort !== "none", effort };
}

function decodeFormat(body: JsonObject): OutputFormat | undefined {
  const text = optionalObject(body, "", "text");
  const format = text && optionalObject(text, "text", "format");
  const path = "text.format";
  if (format === undefined) return undefined;
  switch (requireString(format.type, at(path, "type"))) {
    case "text":
      return { type: "text" };
    case "json_object":
      return { type: "json" };
    case "json_schema":
      return jsonSchemaFormat(format, path, writtenText(requireObject(format.schema, at(path, "schema"))));
    default:
      return undefined;
  }
}
