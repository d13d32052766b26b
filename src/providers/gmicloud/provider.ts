import type { ProviderDefinition } from "../provider";

export const gmicloud: ProviderDefinition = {
  id: "gmicloud",
  name: "GMI Cloud",
  otherNames: ["gmi"],
  source: "https://docs.gmicloud.ai/inference-engine/api-reference/llm-api-reference",
  baseUrl: "https://api.gmi-serving.com/v1",
  auth: "bearer",
  environmentVariable: "GMICLOUD_API_KEY",
  otherVariables: ["GMI_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "deepseek-ai/DeepSeek-V4-Flash",
};
