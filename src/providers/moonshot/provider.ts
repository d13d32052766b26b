import type { ProviderDefinition } from "../provider";

export const moonshot: ProviderDefinition = {
  id: "moonshot",
  name: "Moonshot AI",
  otherNames: ["moonshotai", "kimi"],
  source: "https://platform.moonshot.ai/docs/api/chat",
  baseUrl: "https://api.moonshot.ai/v1",
  auth: "bearer",
  environmentVariable: "MOONSHOT_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "kimi-k2.5",
};
