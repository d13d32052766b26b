import type { ProviderDefinition } from "../provider";

export const hyperbolic: ProviderDefinition = {
  id: "hyperbolic",
  name: "Hyperbolic",
  source: "https://docs.hyperbolic.xyz/docs/rest-api",
  baseUrl: "https://api.hyperbolic.xyz/v1",
  auth: "bearer",
  environmentVariable: "HYPERBOLIC_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "meta-llama/Llama-3.2-3B-Instruct",
};
