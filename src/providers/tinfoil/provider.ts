import type { ProviderDefinition } from "../provider";

export const tinfoil: ProviderDefinition = {
  id: "tinfoil",
  name: "Tinfoil",
  source: "https://docs.tinfoil.sh",
  baseUrl: "https://inference.tinfoil.sh/v1",
  auth: "bearer",
  environmentVariable: "TINFOIL_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "gpt-oss-120b",
};
