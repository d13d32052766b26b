import type { ProviderDefinition } from "../provider";

export const xiaomi: ProviderDefinition = {
  id: "xiaomi",
  name: "Xiaomi MiMo",
  otherNames: ["xiaomi_mimo"],
  source: "https://platform.xiaomimimo.com/docs",
  baseUrl: "https://api.xiaomimimo.com/v1",
  auth: "bearer",
  environmentVariable: "XIAOMI_API_KEY",
  otherVariables: ["XIAOMI_MIMO_API_KEY", "MIMO_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "mimo-v2.5",
};
