import type { CompletionRequest, OutputFormat, ReasoningRequest } from "#core/completion";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import type { Traits } from "#traits/vocabulary";
import { effortOfBudget, nearestEffort } from "../efforts";
import { setDefined } from "../fields";
import { nameForeignFields, nameSampling } from "../name-unsayable";
import { refuseChoices } from "../one-choice";
import type { TargetFacts } from "../target-facts";
import { shortUserId } from "../target-ids";
import type { EncodedRequest } from "../translation";
import { encodeInput } from "./encode-input";
import { encodeToolChoice, encodeTools } from "./encode-tools";
import { dialect } from "./wire";

/** https://platform.openai.com/docs/api-reference/responses/create#responses_create-max_output_tokens */
const leastOutputTokens = 16;
/** https://platform.openai.com/docs/api-reference/responses/create#responses_create-safety_identifier */
const longestUser = 64;

/**
 * Builds the body of `POST /v1/responses`. Nothing is stored at the provider that the client did not ask for. Throws
 * GatewayError `unsupported_parameter` for more than one choice.
 */
export function encodeRequest(request: CompletionRequest, { model, traits }: TargetFacts): EncodedRequest {
  refuseChoices(request, { model });
  const dropped: string[] = [];
  const { input, paths } = encodeInput(request.messages, traits, dropped);
  const body: Draft<JsonObject> = { model, input };
  writeTools(body, request, dropped);
  if (request.maxOutputTokens !== undefined) {
    body.max_output_tokens = Math.max(leastOutputTokens, request.maxOutputTokens);
  }
  setDefined(body, "temperature", request.temperature);
  setDefined(body, "top_p", request.topP);
  writeReasoning(body, request.reasoning, traits);
  if (request.outputFormat !== undefined) body.text = { format: encodeFormat(request.outputFormat) };
  if (request.user !== undefined) body.safety_identifier = shortUserId(request.user, longestUser);
  setDefined(body, "metadata", request.metadata);
  setDefined(body, "service_tier", request.serviceTier);
  writeIncluded(body, request, traits);
  if (request.stream) body.stream = true;
  body.store = false;
  nameUnsayable(request, dropped);
  return { body, headers: {}, dropped: [...new Set(dropped)], messagePaths: paths };
}

function writeTools(body: Draft<JsonObject>, request: CompletionRequest, dropped: string[]): void {
  const tools = encodeTools(request.tools, dropped);
  if (tools.length === 0) return;
  body.tools = tools;
  if (request.toolChoice !== undefined) body.tool_choice = encodeToolChoice(request.toolChoice, request.tools);
  setDefined(body, "parallel_tool_calls", request.parallelToolCalls);
}

/** An effort can be said here, and nothing else. */
function writeReasoning(body: Draft<JsonObject>, reasoning: ReasoningRequest | undefined, traits: Traits): void {
  if (reasoning === undefined || traits.reasoning?.length === 0) return;
  const asked = reasoning.effort ?? effortFor(reasoning, traits);
  const effort = asked === undefined || traits.efforts === undefined ? asked : nearestEffort(asked, traits.efforts);
  if (effort !== undefined) body.reasoning = { effort };
}

function effortFor({ enabled, budgetTokens }: ReasoningRequest, traits: Traits): string | undefined {
  if (!enabled) return traits.reasons_by_default === true ? "none" : undefined;
  if (budgetTokens !== undefined) return effortOfBudget(budgetTokens);
  return traits.reasons_by_default === false ? "medium" : undefined;
}

/** What a later turn needs of the reasoning in this one, where it can be had, and the probabilities. */
function writeIncluded(body: Draft<JsonObject>, { logprobs }: CompletionRequest, traits: Traits): void {
  const included: string[] = [];
  if (traits.encrypted_reasoning === true) included.push("reasoning.encrypted_content");
  if (logprobs !== undefined) {
    included.push("message.output_text.logprobs");
    if (logprobs.top > 0) body.top_logprobs = logprobs.top;
  }
  if (included.length > 0) body.include = included;
}

function encodeFormat(format: OutputFormat): JsonObject {
  switch (format.type) {
    case "text":
      return { type: "text" };
    case "json":
      return { type: "json_object" };
    case "json-schema": {
      const written: Draft<JsonObject> = { type: "json_schema", name: format.name ?? "answer" };
      setDefined(written, "description", format.description);
      written.schema = embedJson(format.schema);
      setDefined(written, "strict", format.strict);
      return written;
    }
  }
}

/** The parameters that there is no word for, where they would change anything. */
function nameUnsayable(request: CompletionRequest, dropped: string[]): void {
  if (request.stop.length > 0) dropped.push("stop");
  if (request.topK !== undefined) dropped.push("top_k");
  nameSampling(request, dropped);
  const { outputFormat, reasoning } = request;
  const isSaid = (field: string) =>
    (field === "thinking" && reasoning !== undefined) ||
    (field === "output_config" && (reasoning !== undefined || outputFormat !== undefined));
  nameForeignFields(request, dialect, (field) => dropped.push(field), isSaid);
}
