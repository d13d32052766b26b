import type { ProviderDefinition } from "../provider";

export const moonshot: ProviderDefinition = {
  id: "moonshot",
  name: "Moonshot AI",
  otherNames: ["moonshotai", "kimi"],
  source: "https://platform.moonshot.ai/docs/api/chat",
  baseUrl: "https://api.moonshot.ai/v1",
  auth: "bearer",
  environmentVariable: "MOONSHOT_API_KEY",
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "kimi-k2.5",
};
