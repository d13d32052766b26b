import type { ProviderDefinition } from "../provider";

export const nvidia: ProviderDefinition = {
  id: "nvidia",
  name: "NVIDIA NIM",
  otherNames: ["nvidia_nim"],
  source: "https://docs.api.nvidia.com/nim/reference/llm-apis",
  baseUrl: "https://integrate.api.nvidia.com/v1",
  auth: "bearer",
  environmentVariable: "NVIDIA_API_KEY",
  otherVariables: ["NVIDIA_NIM_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "meta/llama-3.1-8b-instruct",
};
