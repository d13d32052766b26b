import type { ProviderDefinition } from "../provider";

export const deepinfra: ProviderDefinition = {
  id: "deepinfra",
  name: "DeepInfra",
  source: "https://deepinfra.com/docs/openai_api",
  baseUrl: "https://api.deepinfra.com/v1/openai",
  auth: "bearer",
  environmentVariable: "DEEPINFRA_API_KEY",
  otherVariables: ["DEEPINFRA_TOKEN"],
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-oss-20b",
};
