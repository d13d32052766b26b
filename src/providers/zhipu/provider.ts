import type { ProviderDefinition } from "../provider";

export const zhipu: ProviderDefinition = {
  id: "zhipu",
  name: "Zhipu AI",
  otherNames: ["zhipuai"],
  source: "https://docs.bigmodel.cn/cn/guide/develop/openai/introduction",
  baseUrl: "https://open.bigmodel.cn/api/paas/v4",
  auth: "bearer",
  environmentVariable: "ZHIPUAI_API_KEY",
  otherVariables: ["ZHIPU_API_KEY"],
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "glm-4.5-air",
};
