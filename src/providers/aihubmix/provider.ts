import type { ProviderDefinition } from "../provider";

export const aihubmix: ProviderDefinition = {
  id: "aihubmix",
  name: "AIHubMix",
  source: "https://docs.aihubmix.com/en/quick-start",
  baseUrl: "https://aihubmix.com/v1",
  auth: "bearer",
  environmentVariable: "AIHUBMIX_API_KEY",
  dialects: ["openai-chat"],
};
