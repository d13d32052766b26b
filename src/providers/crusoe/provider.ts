import type { ProviderDefinition } from "../provider";

export const crusoe: ProviderDefinition = {
  id: "crusoe",
  name: "Crusoe",
  source: "https://docs.crusoecloud.com/managed-inference/overview",
  baseUrl: "https://api.inference.crusoecloud.com/v1",
  auth: "bearer",
  environmentVariable: "CRUSOE_API_KEY",
  dialects: ["openai-chat"],
};
