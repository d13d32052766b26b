import type { ProviderDefinition } from "../provider";

export const deepseek: ProviderDefinition = {
  id: "deepseek",
  name: "DeepSeek",
  source: "https://api-docs.deepseek.com/",
  baseUrl: "https://api.deepseek.com",
  auth: "bearer",
  environmentVariable: "DEEPSEEK_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "deepseek-chat",
};
