import type { ProviderDefinition } from "../provider";

export const nscale: ProviderDefinition = {
  id: "nscale",
  name: "Nscale",
  source: "https://docs.nscale.com/docs/inference/chat",
  baseUrl: "https://inference.api.nscale.com/v1",
  auth: "bearer",
  environmentVariable: "NSCALE_API_KEY",
  otherVariables: ["NSCALE_SERVICE_TOKEN"],
  dialects: ["openai-chat"],
  trialModel: "meta-llama/Llama-3.1-8B-Instruct",
};
