import type { ProviderDefinition } from "../provider";

export const zai: ProviderDefinition = {
  id: "zai",
  name: "Z.ai",
  otherNames: ["z-ai"],
  source: "https://docs.z.ai/guides/overview/quick-start",
  baseUrl: "https://api.z.ai/api/paas/v4",
  auth: "bearer",
  environmentVariable: "ZAI_API_KEY",
  otherVariables: ["Z_AI_API_KEY"],
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "glm-4.5-air",
};
