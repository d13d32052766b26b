import type { ProviderDefinition } from "../provider";

export const openai: ProviderDefinition = {
  id: "openai",
  name: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  auth: "bearer",
  environmentVariable: "OPENAI_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "gpt-4o-mini",
};
