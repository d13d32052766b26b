import type { ProviderDefinition } from "../provider";

export const jina: ProviderDefinition = {
  id: "jina",
  name: "Jina AI",
  otherNames: ["jina_ai"],
  source: "https://jina.ai/embeddings/",
  baseUrl: "https://api.jina.ai/v1",
  auth: "bearer",
  environmentVariable: "JINA_API_KEY",
  otherVariables: ["JINA_AI_API_KEY"],
  dialects: [{ name: "openai-chat", operations: ["embeddings"] }],
};
