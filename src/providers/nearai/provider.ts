import type { ProviderDefinition } from "../provider";

export const nearai: ProviderDefinition = {
  id: "nearai",
  name: "NEAR AI Cloud",
  source: "https://docs.near.ai/cloud/quickstart",
  baseUrl: "https://cloud-api.near.ai/v1",
  auth: "bearer",
  environmentVariable: "NEARAI_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-5-nano",
};
