import type { ProviderDefinition } from "../provider";

export const openrouter: ProviderDefinition = {
  id: "openrouter",
  name: "OpenRouter",
  source: "https://openrouter.ai/docs/quickstart",
  baseUrl: "https://openrouter.ai/api/v1",
  auth: "bearer",
  environmentVariable: "OPENROUTER_API_KEY",
  // https://docs.litellm.ai/docs/providers/openrouter
  otherVariables: ["OR_API_KEY"],
  // https://openrouter.ai/docs/api/reference/responses/overview
  dialects: ["openai-chat", "openai-responses"],
  // https://openrouter.ai/docs/use-cases/usage-accounting
  bill: "usage.cost",
  trialModel: "openai/gpt-4o-mini",
};
