import type { ProviderDefinition } from "../provider";

export const chutes: ProviderDefinition = {
  id: "chutes",
  name: "Chutes",
  source: "https://chutes.ai/docs",
  baseUrl: "https://llm.chutes.ai/v1",
  auth: "bearer",
  environmentVariable: "CHUTES_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "Qwen/Qwen3-32B-TEE",
};
