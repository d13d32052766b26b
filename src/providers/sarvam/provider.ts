import type { ProviderDefinition } from "../provider";

export const sarvam: ProviderDefinition = {
  id: "sarvam",
  name: "Sarvam AI",
  source: "https://docs.sarvam.ai/api-reference-docs/chat/chat-completions",
  baseUrl: "https://api.sarvam.ai/v1",
  auth: "bearer",
  environmentVariable: "SARVAM_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "sarvam-30b",
};
