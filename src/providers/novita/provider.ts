import type { ProviderDefinition } from "../provider";

export const novita: ProviderDefinition = {
  id: "novita",
  name: "Novita AI",
  otherNames: ["novita-ai"],
  source: "https://novita.ai/docs/guides/llm-api",
  baseUrl: "https://api.novita.ai/openai",
  auth: "bearer",
  environmentVariable: "NOVITA_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "meta-llama/llama-3.1-8b-instruct",
};
