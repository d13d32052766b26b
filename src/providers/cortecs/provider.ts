import type { ProviderDefinition } from "../provider";

export const cortecs: ProviderDefinition = {
  id: "cortecs",
  name: "Cortecs",
  source: "https://docs.cortecs.ai/quickstart",
  baseUrl: "https://api.cortecs.ai/v1",
  auth: "bearer",
  environmentVariable: "CORTECS_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "qwen3-coder-30b-a3b-instruct",
};
