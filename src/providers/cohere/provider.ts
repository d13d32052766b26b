import type { ProviderDefinition } from "../provider";

export const cohere: ProviderDefinition = {
  id: "cohere",
  name: "Cohere",
  otherNames: ["cohere_chat"],
  source: "https://docs.cohere.com/docs/compatibility-api",
  baseUrl: "https://api.cohere.ai/compatibility/v1",
  auth: "bearer",
  environmentVariable: "COHERE_API_KEY",
  otherVariables: ["CO_API_KEY"],
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "command-r7b-12-2024",
};
