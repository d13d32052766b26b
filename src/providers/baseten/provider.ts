import type { ProviderDefinition } from "../provider";

export const baseten: ProviderDefinition = {
  id: "baseten",
  name: "Baseten",
  source: "https://docs.baseten.co/inference/model-apis/overview",
  baseUrl: "https://inference.baseten.co/v1",
  auth: "bearer",
  environmentVariable: "BASETEN_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-oss-120b",
};
