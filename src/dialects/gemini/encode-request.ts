import type { CompletionRequest } from "#core/completion";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { embedJson } from "#lib/json-text";
import { isEmpty, setDefined } from "../fields";
import { nameForeignFields } from "../name-unsayable";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { writeTools } from "./encode-tools";
import { encodeTurns } from "./encode-turns";
import { encodeThinking } from "./thinking";
import { dialect } from "./wire";

/** Builds the body of generateContent. Throws GatewayError `invalid_request` where nothing is said. */
export function encodeRequest(request: CompletionRequest, { traits }: TargetFacts): EncodedRequest {
  const dropped = new Set<string>();
  const drop = (path: string) => void dropped.add(path);
  const { contents, paths, system } = encodeTurns(request, traits, drop);
  const body: Draft<JsonObject> = {};
  setDefined(body, "systemInstruction", system);
  body.contents = contents;
  writeTools(body, request, drop);
  const config = encodeConfig(request, traits, drop);
  if (!isEmpty(config)) body.generationConfig = config;
  setDefined(body, "serviceTier", encodeTier(request.serviceTier, drop));
  nameUnsayable(request, drop);
  return { body, headers: {}, dropped: [...dropped], messagePaths: paths };
}

function encodeConfig(
  request: CompletionRequest,
  traits: TargetFacts["traits"],
  drop: (path: string) => void,
): JsonObject {
  const config: Draft<JsonObject> = {};
  const { refuses = [] } = traits;
  setDefined(config, "maxOutputTokens", request.maxOutputTokens);
  setDefined(config, "temperature", request.temperature);
  setDefined(config, "topP", request.topP);
  setDefined(config, "topK", request.topK);
  if (request.n > 1) config.candidateCount = request.n;
  const stop = request.stop.slice(0, traits.max_stops ?? request.stop.length).filter((sequence) => sequence !== "");
  if (stop.length < request.stop.length) drop("stop");
  if (stop.length > 0) config.stopSequences = stop;
  for (const name of ["frequencyPenalty", "presencePenalty"] as const) {
    const snake = name === "frequencyPenalty" ? "frequency_penalty" : "presence_penalty";
    if (!refuses.includes(snake)) setDefined(config, name, request[name]);
    else if (request[name]) drop(snake);
  }
  setDefined(config, "seed", request.seed);
  if (request.logprobs !== undefined) {
    config.responseLogprobs = true;
    if (request.logprobs.top > 0) config.logprobs = request.logprobs.top;
  }
  const { outputFormat } = request;
  if (outputFormat !== undefined && outputFormat.type !== "text") writeFormat(config, request, traits, drop);
  setDefined(config, "thinkingConfig", encodeThinking(request, traits, drop));
  return config;
}

/** Older models take no form of an answer beside functions. */
function writeFormat(
  config: Draft<JsonObject>,
  { outputFormat, tools }: CompletionRequest,
  { format_with_tools: fits = true }: TargetFacts["traits"],
  drop: (path: string) => void,
): void {
  if (!fits && tools.length > 0) {
    drop("response_format");
    return;
  }
  config.responseMimeType = "application/json";
  if (outputFormat?.type !== "json-schema") return;
  config.responseJsonSchema = embedJson(outputFormat.schema);
  if (outputFormat.description !== undefined) drop("response_format.description");
}

/** https://ai.google.dev/gemini-api/docs/flex-inference */
function encodeTier(tier: string | undefined, drop: (path: string) => void): string | undefined {
  switch (tier) {
    case "flex":
    case "priority":
      return tier;
    case undefined:
    case "auto":
    case "default":
      return undefined;
    default:
      drop("service_tier");
      return undefined;
  }
}

/** What Gemini has no word for, where it would change anything. */
function nameUnsayable(request: CompletionRequest, drop: (path: string) => void): void {
  if (request.metadata !== undefined) drop("metadata");
  if (request.user !== undefined) drop("user");
  nameForeignFields(request, dialect, drop);
}
