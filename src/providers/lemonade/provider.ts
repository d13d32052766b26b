import type { ProviderDefinition } from "../provider";

export const lemonade: ProviderDefinition = {
  id: "lemonade",
  name: "Lemonade",
  source: "https://lemonade-server.ai/docs/server/server_spec/",
  baseUrl: "http://127.0.0.1:8000/api/v1",
  auth: "bearer",
  dialects: ["openai-chat"],
};
