import type { ProviderDefinition } from "../provider";

export const vultr: ProviderDefinition = {
  id: "vultr",
  name: "Vultr",
  source: "https://docs.vultr.com/products/serverless/inference",
  baseUrl: "https://api.vultrinference.com/v1",
  auth: "bearer",
  environmentVariable: "VULTR_API_KEY",
  otherVariables: ["VULTR_INFERENCE_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "nvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoning-BF16",
};
