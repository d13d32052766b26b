import type { ProviderDefinition } from "../provider";

export const alibaba: ProviderDefinition = {
  id: "alibaba",
  name: "Alibaba Model Studio",
  otherNames: ["dashscope", "qwen"],
  source: "https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope",
  baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
  auth: "bearer",
  environmentVariable: "DASHSCOPE_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "qwen-flash",
};
