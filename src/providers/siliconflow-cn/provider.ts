import type { ProviderDefinition } from "../provider";

export const siliconflowCn: ProviderDefinition = {
  id: "siliconflow-cn",
  name: "SiliconFlow (China)",
  source: "https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions",
  baseUrl: "https://api.siliconflow.cn/v1",
  auth: "bearer",
  environmentVariable: "SILICONFLOW_CN_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "Qwen/Qwen3-8B",
};
