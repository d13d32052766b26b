import type { ProviderDefinition } from "../provider";

export const v0: ProviderDefinition = {
  id: "v0",
  name: "v0",
  source: "https://v0.app/docs/api/model",
  baseUrl: "https://api.v0.dev/v1",
  auth: "bearer",
  environmentVariable: "V0_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "v0-1.5-md",
};
