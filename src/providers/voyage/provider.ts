import type { ProviderDefinition } from "../provider";

export const voyage: ProviderDefinition = {
  id: "voyage",
  name: "Voyage AI",
  otherNames: ["voyageai"],
  source: "https://docs.voyageai.com/reference/embeddings-api",
  baseUrl: "https://api.voyageai.com/v1",
  auth: "bearer",
  environmentVariable: "VOYAGE_API_KEY",
  dialects: [{ name: "openai-chat", operations: ["embeddings"] }],
  trialModel: "voyage-3.5-lite",
};
