import type { ProviderDefinition } from "../provider";

export const berget: ProviderDefinition = {
  id: "berget",
  name: "Berget AI",
  source: "https://docs.berget.ai",
  baseUrl: "https://api.berget.ai/v1",
  auth: "bearer",
  environmentVariable: "BERGET_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "mistralai/Mistral-Small-3.2-24B-Instruct-2506",
};
