import type { ProviderDefinition } from "../provider";

export const groq: ProviderDefinition = {
  id: "groq",
  name: "Groq",
  source: "https://console.groq.com/docs/openai",
  baseUrl: "https://api.groq.com/openai/v1",
  auth: "bearer",
  environmentVariable: "GROQ_API_KEY",
  // https://console.groq.com/docs/responses-api
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }, "openai-responses"],
  trialModel: "openai/gpt-oss-20b",
};
