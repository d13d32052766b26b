import type { ProviderDefinition } from "../provider";

export const inception: ProviderDefinition = {
  id: "inception",
  name: "Inception",
  source: "https://docs.inceptionlabs.ai/get-started/get-started",
  baseUrl: "https://api.inceptionlabs.ai/v1",
  auth: "bearer",
  environmentVariable: "INCEPTION_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "mercury-2",
};
