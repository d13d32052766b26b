import type { ProviderDefinition } from "../provider";

export const ollamaCloud: ProviderDefinition = {
  id: "ollama-cloud",
  name: "Ollama Cloud",
  source: "https://docs.ollama.com/cloud",
  baseUrl: "https://ollama.com/v1",
  auth: "bearer",
  environmentVariable: "OLLAMA_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "devstral-small-2:24b",
};
