import type { ProviderDefinition } from "../provider";

export const mistral: ProviderDefinition = {
  id: "mistral",
  name: "Mistral AI",
  otherNames: ["mistral-ai"],
  source: "https://docs.mistral.ai/api",
  baseUrl: "https://api.mistral.ai/v1",
  auth: "bearer",
  environmentVariable: "MISTRAL_API_KEY",
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "mistral-small-latest",
};
