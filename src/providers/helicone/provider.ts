import type { ProviderDefinition } from "../provider";

export const helicone: ProviderDefinition = {
  id: "helicone",
  name: "Helicone",
  source: "https://docs.helicone.ai/gateway/overview",
  baseUrl: "https://ai-gateway.helicone.ai/v1",
  auth: "bearer",
  environmentVariable: "HELICONE_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "llama-3.1-8b-instruct",
};
