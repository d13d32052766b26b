import type { ProviderDefinition } from "../provider";

export const minimax: ProviderDefinition = {
  id: "minimax",
  name: "MiniMax",
  source: "https://platform.minimax.io/docs/api-reference/text-openai-api",
  baseUrl: "https://api.minimax.io/v1",
  auth: "bearer",
  environmentVariable: "MINIMAX_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "MiniMax-M2",
};
