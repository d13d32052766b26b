import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { createDemand, type DemandFields } from "../demand";
import { lookAlikeFields } from "../look-alike-fields";
import { field, listOf, snakeCase } from "./wire";

const names = ["generationConfig", "tools", "serviceTier"];

const fields: DemandFields = {
  ...lookAlikeFields,
  outputLimits: ["maxOutputTokens"],
  hosted: [],
  stored: ["cachedContent", "cached_content"],
  externalMarks: ['"inlineData"', '"inline_data"', '"fileData"', '"file_data"', '"cachedContent"', '"cached_content"'],
  others: [...names, ...names.map(snakeCase)],
  flatten,
};

/** The output limit stands among the settings of the answer, and a tool is a list of functions or a tool of Google's. */
function flatten(body: JsonObject): JsonObject {
  const config = field(body, "generationConfig");
  const tier = field(body, "serviceTier");
  return {
    maxOutputTokens: isObject(config) ? field(config, "maxOutputTokens") : undefined,
    tools: listOf(field(body, "tools")).flatMap(flatTool),
    service_tier: typeof tier === "string" ? tier.toLowerCase() : undefined,
  };
}

function flatTool(entry: Json): readonly Json[] {
  if (!isObject(entry)) return [entry];
  const declared = field(entry, "functionDeclarations");
  const functions = isArray(declared) ? declared.map(() => ({ type: "function" })) : [];
  const run = Object.keys(entry).filter((name) => name !== "functionDeclarations" && name !== "function_declarations");
  return [...functions, ...run.map((name) => ({ type: name }))];
}

/** What generateContent may use at most. */
export const generateDemand = createDemand(fields, {
  charge: "input-and-output",
  answers: ({ n }) => n,
  readsMedia: true,
});

export const embedDemand = createDemand(fields, { charge: "input", answers: () => 1, readsMedia: false });
