import type { ProviderDefinition } from "../provider";

export const parasail: ProviderDefinition = {
  id: "parasail",
  name: "Parasail",
  source: "https://docs.parasail.io/parasail-docs/serverless/serverless",
  baseUrl: "https://api.parasail.io/v1",
  auth: "bearer",
  environmentVariable: "PARASAIL_API_KEY",
  dialects: ["openai-chat"],
};
