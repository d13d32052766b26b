import type { ProviderDefinition } from "../provider";

export const perplexity: ProviderDefinition = {
  id: "perplexity",
  name: "Perplexity",
  otherNames: ["perplexity-ai"],
  baseUrl: "https://api.perplexity.ai",
  auth: "bearer",
  environmentVariable: "PERPLEXITY_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "sonar",
};
