import type { ProviderDefinition } from "../provider";

export const perplexity: ProviderDefinition = {
  id: "perplexity",
  name: "Perplexity",
  baseUrl: "https://api.perplexity.ai",
  auth: "bearer",
  environmentVariable: "PERPLEXITY_API_KEY",
  dialects: ["openai-chat"],
  quirks: ["max-tokens", "no-stream-options", "no-developer-role"],
  trialModel: "sonar",
};
