import type { ProviderDefinition } from "../provider";

export const scaleway: ProviderDefinition = {
  id: "scaleway",
  name: "Scaleway",
  source: "https://www.scaleway.com/en/docs/generative-apis/quickstart/",
  baseUrl: "https://api.scaleway.ai/v1",
  auth: "bearer",
  environmentVariable: "SCALEWAY_API_KEY",
  otherVariables: ["SCW_SECRET_KEY"],
  dialects: ["openai-chat"],
  trialModel: "mistral-small-3.2-24b-instruct-2506",
};
