import type { CompletionRequest, OutputFormat } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { dialect as anthropic } from "../anthropic-messages/wire";
import { isEmpty, setDefined, withoutFields } from "../fields";
import { nameForeignFields, nameSampling } from "../name-unsayable";
import { refuseChoices } from "../one-choice";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { createDocumentNames } from "./document-names";
import { encodeMessages } from "./encode-messages";
import { encodeToolConfig } from "./encode-tools";
import { encodeExtraFields } from "./extra-fields";
import { dialect, own } from "./wire";

/** Builds the body of `POST /model/{id}/converse`. Throws GatewayError `unsupported_parameter` for more than one choice. */
export function encodeRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  refuseChoices(request, target);
  const dropped: string[] = [];
  const writing = { dropped, nameOf: createDocumentNames() };
  const { messages, paths, system } = encodeMessages(request, writing);
  const maxTokens = request.maxOutputTokens ?? target.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const extra = encodeExtraFields(request, target, maxTokens, dropped);
  const body: Draft<JsonObject> = { ...withoutFields(own(request.extensions), ["additionalModelRequestFields"]) };
  setDefined(body, "system", system);
  body.messages = messages;
  setDefined(body, "inferenceConfig", encodeInference(request, limitOf(request, extra, maxTokens), dropped));
  setDefined(body, "toolConfig", encodeToolConfig(request, target.model, dropped));
  setDefined(body, "additionalModelRequestFields", extra);
  setDefined(body, "outputConfig", encodeFormat(request.outputFormat, dropped));
  setDefined(body, "requestMetadata", encodeMetadata(request, dropped));
  setDefined(body, "serviceTier", encodeServiceTier(request, dropped));
  nameUnsayable(request, dropped);
  return { body, headers: {}, dropped: dropped.length < 2 ? dropped : [...new Set(dropped)], messagePaths: paths };
}

/** A budget for thinking is part of the limit, which then has to be told. */
function limitOf(request: CompletionRequest, extra: JsonObject | undefined, maxTokens: number): number | undefined {
  if (request.maxOutputTokens !== undefined) return request.maxOutputTokens;
  return isObject(extra?.thinking) && Number.isFinite(maxTokens) ? maxTokens : undefined;
}

function encodeInference(
  request: CompletionRequest,
  maxTokens: number | undefined,
  dropped: string[],
): JsonObject | undefined {
  const config: Draft<JsonObject> = {};
  // It refuses a limit below 1.
  if (maxTokens !== undefined && maxTokens >= 1) config.maxTokens = maxTokens;
  setDefined(config, "temperature", request.temperature);
  setDefined(config, "topP", request.topP);
  const stop = request.stop.filter((sequence) => sequence.trim() !== "");
  if (stop.length < request.stop.length) dropped.push("stop");
  if (stop.length > 0) config.stopSequences = stop;
  return isEmpty(config) ? undefined : config;
}

/** The schema goes as a text. */
function encodeFormat(format: OutputFormat | undefined, dropped: string[]): JsonObject | undefined {
  switch (format?.type) {
    case "json-schema": {
      const jsonSchema: Draft<JsonObject> = { schema: format.schema };
      setDefined(jsonSchema, "name", format.name);
      setDefined(jsonSchema, "description", format.description);
      return { textFormat: { type: "json_schema", structure: { jsonSchema } } };
    }
    case "json":
      dropped.push("response_format");
      return undefined;
    case "text":
    case undefined:
      return undefined;
  }
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (requestMetadata) */
const metadataValue = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;
const mostMetadata = 16;

function encodeMetadata({ metadata, user }: CompletionRequest, dropped: string[]): JsonObject | undefined {
  if (user !== undefined) dropped.push("user");
  if (metadata === undefined) return undefined;
  const entries = Object.entries(metadata);
  const taken = entries.filter(
    ([key, value]) => key !== "" && metadataValue.test(key) && typeof value === "string" && metadataValue.test(value),
  );
  if (taken.length < entries.length || taken.length > mostMetadata) dropped.push("metadata");
  return taken.length === 0 ? undefined : Object.fromEntries(taken.slice(0, mostMetadata));
}

function encodeServiceTier({ serviceTier }: CompletionRequest, dropped: string[]): JsonObject | undefined {
  switch (serviceTier) {
    case undefined:
    case "auto":
      return undefined;
    case "default":
    case "flex":
    case "priority":
    case "reserved":
      return { type: serviceTier };
    default:
      dropped.push("service_tier");
      return undefined;
  }
}

/** The parameters that Converse has no word for, where they would change anything. */
function nameUnsayable(request: CompletionRequest, dropped: string[]): void {
  nameSampling(request, dropped);
  if (request.logprobs) dropped.push("logprobs");
  nameForeignFields(request, dialect, (field) => dropped.push(field), isSaid);
}

/** Said by `extra-fields.ts`, or named there; and whether a document is to be cited. */
function isSaid(field: string, name: string, value: Json | undefined): boolean {
  const isCiting = field === "citations" && isObject(value);
  return name === anthropic && (field === "thinking" || field === "output_config" || isCiting);
}
