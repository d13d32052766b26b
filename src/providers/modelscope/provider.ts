import type { ProviderDefinition } from "../provider";

export const modelscope: ProviderDefinition = {
  id: "modelscope",
  name: "ModelScope",
  source: "https://modelscope.cn/docs/model-service/API-Inference/intro",
  baseUrl: "https://api-inference.modelscope.cn/v1",
  auth: "bearer",
  environmentVariable: "MODELSCOPE_API_KEY",
  otherVariables: ["MODELSCOPE_SDK_TOKEN"],
  dialects: ["openai-chat"],
  trialModel: "Qwen/Qwen3-30B-A3B-Instruct-2507",
};
