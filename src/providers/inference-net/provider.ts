import type { ProviderDefinition } from "../provider";

export const inferenceNet: ProviderDefinition = {
  id: "inference-net",
  name: "Inference.net",
  otherNames: ["inference"],
  source: "https://docs.inference.net/quickstart",
  baseUrl: "https://api.inference.net/v1",
  auth: "bearer",
  environmentVariable: "INFERENCE_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "meta/llama-3.2-1b-instruct",
};
