import type { ProviderDefinition } from "../provider";

export const ai21: ProviderDefinition = {
  id: "ai21",
  name: "AI21",
  otherNames: ["ai21_chat"],
  source: "https://docs.ai21.com/reference/jamba-1-6-api-ref",
  baseUrl: "https://api.ai21.com/studio/v1",
  auth: "bearer",
  environmentVariable: "AI21_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "jamba-mini-1.7",
};
