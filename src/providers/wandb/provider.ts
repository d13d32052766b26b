import type { ProviderDefinition } from "../provider";

export const wandb: ProviderDefinition = {
  id: "wandb",
  name: "W&B Inference",
  source: "https://docs.wandb.ai/guides/inference/",
  baseUrl: "https://api.inference.wandb.ai/v1",
  auth: "bearer",
  environmentVariable: "WANDB_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-oss-20b",
};
