import type { ProviderDefinition } from "../provider";

export const nebius: ProviderDefinition = {
  id: "nebius",
  name: "Nebius Token Factory",
  source: "https://docs.tokenfactory.nebius.com/quickstart",
  baseUrl: "https://api.tokenfactory.nebius.com/v1",
  auth: "bearer",
  environmentVariable: "NEBIUS_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "Qwen/Qwen3-30B-A3B-Instruct-2507",
};
