import type { ProviderDefinition } from "../provider";

export const friendli: ProviderDefinition = {
  id: "friendli",
  name: "Friendli",
  otherNames: ["friendliai"],
  source: "https://friendli.ai/docs/guides/serverless_endpoints/openai-compatibility",
  baseUrl: "https://api.friendli.ai/serverless/v1",
  auth: "bearer",
  environmentVariable: "FRIENDLI_TOKEN",
  dialects: ["openai-chat"],
  trialModel: "google/gemma-4-31B-it",
};
