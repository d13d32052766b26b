import type { ProviderDefinition } from "../provider";

export const morph: ProviderDefinition = {
  id: "morph",
  name: "Morph",
  source: "https://docs.morphllm.com/api-reference/introduction",
  baseUrl: "https://api.morphllm.com/v1",
  auth: "bearer",
  environmentVariable: "MORPH_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "morph-v3-fast",
};
