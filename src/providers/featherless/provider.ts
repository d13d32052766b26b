import type { ProviderDefinition } from "../provider";

export const featherless: ProviderDefinition = {
  id: "featherless",
  name: "Featherless",
  otherNames: ["featherless_ai"],
  source: "https://featherless.ai/docs/completions",
  baseUrl: "https://api.featherless.ai/v1",
  auth: "bearer",
  environmentVariable: "FEATHERLESS_API_KEY",
  otherVariables: ["FEATHERLESS_AI_API_KEY"],
  dialects: ["openai-chat"],
};
