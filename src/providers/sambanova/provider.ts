import type { ProviderDefinition } from "../provider";

export const sambanova: ProviderDefinition = {
  id: "sambanova",
  name: "SambaNova",
  source: "https://docs.sambanova.ai/docs/en/features/openai-compatibility",
  baseUrl: "https://api.sambanova.ai/v1",
  auth: "bearer",
  environmentVariable: "SAMBANOVA_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "Meta-Llama-3.3-70B-Instruct",
};
