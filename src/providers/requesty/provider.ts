import type { ProviderDefinition } from "../provider";

export const requesty: ProviderDefinition = {
  id: "requesty",
  name: "Requesty",
  source: "https://docs.requesty.ai/quickstart",
  baseUrl: "https://router.requesty.ai/v1",
  auth: "bearer",
  environmentVariable: "REQUESTY_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-4o-mini",
};
