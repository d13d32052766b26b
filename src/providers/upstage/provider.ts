import type { ProviderDefinition } from "../provider";

export const upstage: ProviderDefinition = {
  id: "upstage",
  name: "Upstage",
  source: "https://developers.upstage.ai/docs/apis/chat",
  baseUrl: "https://api.upstage.ai/v1/solar",
  auth: "bearer",
  environmentVariable: "UPSTAGE_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "solar-mini",
};
