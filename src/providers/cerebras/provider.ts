import type { ProviderDefinition } from "../provider";

export const cerebras: ProviderDefinition = {
  id: "cerebras",
  name: "Cerebras",
  source: "https://inference-docs.cerebras.ai/resources/openai",
  baseUrl: "https://api.cerebras.ai/v1",
  auth: "bearer",
  environmentVariable: "CEREBRAS_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "gpt-oss-120b",
};
