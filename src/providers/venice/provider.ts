import type { ProviderDefinition } from "../provider";

export const venice: ProviderDefinition = {
  id: "venice",
  name: "Venice AI",
  otherNames: ["veniceai"],
  source: "https://docs.venice.ai/api-reference/api-spec",
  baseUrl: "https://api.venice.ai/api/v1",
  auth: "bearer",
  environmentVariable: "VENICE_API_KEY",
  otherVariables: ["VENICE_AI_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "qwen3-5-9b",
};
