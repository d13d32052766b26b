import type { ProviderDefinition } from "../provider";

export const vllm: ProviderDefinition = {
  id: "vllm",
  name: "vLLM",
  otherNames: ["hosted_vllm"],
  source: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server/",
  baseUrl: "http://127.0.0.1:8000/v1",
  auth: "bearer",
  // https://docs.vllm.ai/en/stable/serving/online_serving/
  dialects: ["openai-chat", "openai-responses"],
};
