import type { ProviderDefinition } from "../provider";

export const regolo: ProviderDefinition = {
  id: "regolo",
  name: "Regolo",
  otherNames: ["regolo-ai"],
  source: "https://docs.regolo.ai",
  baseUrl: "https://api.regolo.ai/v1",
  auth: "bearer",
  environmentVariable: "REGOLO_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "llama-3.1-8b-instruct",
};
