import { isArray, isObject, type Json, type JsonObject, objectOf } from "#lib/json";
import { createDemand, type DemandFields } from "../demand";
import { lookAlikeFields } from "../look-alike-fields";

const fields: DemandFields = {
  ...lookAlikeFields,
  hosted: [],
  // A prompt of its own that the provider keeps, and guardrails read what they do not charge as tokens.
  stored: ["promptVariables"],
  externalMarks: ['"image"', '"document"', '"video"', '"audio"', '"s3Location"', '"guardContent"', '"searchResult"'],
  others: ["inferenceConfig", "toolConfig", "additionalModelRequestFields", "serviceTier", "performanceConfig"],
  flatten,
};

/** Converse keeps the output limit, tools and the tier one level down. */
function flatten({
  additionalModelRequestFields: extra,
  inferenceConfig,
  performanceConfig,
  serviceTier,
  toolConfig,
}: JsonObject): JsonObject {
  const limit = isObject(inferenceConfig) ? inferenceConfig.maxTokens : undefined;
  const isFast = isObject(performanceConfig) && performanceConfig.latency === "optimized";
  return {
    ...(isObject(extra) && extra),
    ...(limit !== undefined && { max_completion_tokens: limit }),
    tools: isObject(toolConfig) && isArray(toolConfig.tools) ? toolConfig.tools.flatMap(flatTool) : [],
    service_tier: isFast ? "fast" : ((isObject(serviceTier) ? serviceTier.type : undefined) ?? undefined),
  };
}

/** A cache point is no tool; what Bedrock runs itself has another form than the client's. */
function flatTool(entry: Json): readonly Json[] {
  if (isObject(entry) && entry.cachePoint !== undefined) return [];
  const spec = isObject(entry) ? objectOf(entry, "toolSpec") : undefined;
  return [spec === undefined ? { type: "hosted" } : { type: "function" }];
}

/** What a request to Converse may use at most: one answer. */
export const converseDemand = createDemand(fields, {
  charge: "input-and-output",
  answers: ({ n }) => n,
  readsMedia: true,
});
