import type { ProviderDefinition } from "../provider";

export const zenmux: ProviderDefinition = {
  id: "zenmux",
  name: "ZenMux",
  source: "https://docs.zenmux.ai/guide/quickstart",
  baseUrl: "https://zenmux.ai/api/v1",
  auth: "bearer",
  environmentVariable: "ZENMUX_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "deepseek/deepseek-v4-flash",
};
