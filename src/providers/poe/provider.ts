import type { ProviderDefinition } from "../provider";

export const poe: ProviderDefinition = {
  id: "poe",
  name: "Poe",
  source: "https://creator.poe.com/docs/external-applications/openai-compatible-api",
  baseUrl: "https://api.poe.com/v1",
  auth: "bearer",
  environmentVariable: "POE_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-4.1-nano",
};
