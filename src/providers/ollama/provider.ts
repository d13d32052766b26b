import type { ProviderDefinition } from "../provider";

export const ollama: ProviderDefinition = {
  id: "ollama",
  name: "Ollama",
  otherNames: ["ollama_chat"],
  source: "https://github.com/ollama/ollama/blob/main/docs/openai.md",
  baseUrl: "http://127.0.0.1:11434/v1",
  auth: "bearer",
  // https://docs.ollama.com/api/openai-compatibility
  dialects: ["openai-chat", "openai-responses"],
};
