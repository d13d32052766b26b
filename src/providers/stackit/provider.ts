import type { ProviderDefinition } from "../provider";

export const stackit: ProviderDefinition = {
  id: "stackit",
  name: "STACKIT",
  source: "https://docs.stackit.cloud/products/data-and-ai/ai-model-serving/",
  baseUrl: "https://api.openai-compat.model-serving.eu01.onstackit.cloud/v1",
  auth: "bearer",
  environmentVariable: "STACKIT_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8",
};
