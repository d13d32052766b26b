import type { ProviderDefinition } from "../provider";

export const anthropic: ProviderDefinition = {
  id: "anthropic",
  name: "Anthropic",
  source: "https://platform.claude.com/docs/en/api/overview",
  baseUrl: "https://api.anthropic.com/v1",
  auth: "x-api-key",
  environmentVariable: "ANTHROPIC_API_KEY",
  dialects: ["anthropic-messages"],
  trialModel: "claude-haiku-4-5",
};
