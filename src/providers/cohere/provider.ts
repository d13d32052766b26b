import type { ProviderDefinition } from "../provider";

export const cohere: ProviderDefinition = {
  id: "cohere",
  name: "Cohere",
  otherNames: ["cohere_chat"],
  source: "https://docs.cohere.com/docs/compatibility-api",
  baseUrl: "https://api.cohere.ai",
  auth: "bearer",
  environmentVariable: "COHERE_API_KEY",
  otherVariables: ["CO_API_KEY"],
  // Its OpenAI-shaped surface, and its own for embeddings: https://docs.cohere.com/reference/embed,
  // https://docs.cohere.com/reference/list-models
  dialects: [
    {
      name: "openai-chat",
      path: "/compatibility/v1/chat/completions",
      paths: { models: "/v1/models" },
      lacks: ["text-completion", "embeddings"],
    },
    "cohere",
  ],
  dialectsAt: [{ baseUrl: "*/compatibility/v1", dialects: [{ name: "openai-chat", lacks: ["text-completion"] }] }],
  trialModel: "command-r7b-12-2024",
};
