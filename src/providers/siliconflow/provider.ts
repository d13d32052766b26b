import type { ProviderDefinition } from "../provider";

export const siliconflow: ProviderDefinition = {
  id: "siliconflow",
  name: "SiliconFlow",
  source: "https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions",
  baseUrl: "https://api.siliconflow.com/v1",
  auth: "bearer",
  environmentVariable: "SILICONFLOW_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "Qwen/Qwen3-8B",
};
