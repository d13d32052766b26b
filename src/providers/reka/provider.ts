import type { ProviderDefinition } from "../provider";

export const reka: ProviderDefinition = {
  id: "reka",
  name: "Reka",
  source: "https://docs.reka.ai/chat/overview",
  baseUrl: "https://api.reka.ai/v1",
  auth: "bearer",
  environmentVariable: "REKA_API_KEY",
  dialects: ["openai-chat"],
};
