import type { ProviderDefinition } from "../provider";

export const gemini: ProviderDefinition = {
  id: "gemini",
  name: "Google Gemini",
  otherNames: ["google", "google_ai_studio"],
  source: "https://ai.google.dev/api",
  baseUrl: "https://generativelanguage.googleapis.com/v1beta",
  rootPath: "/v1beta",
  auth: "x-goog-api-key",
  environmentVariable: "GEMINI_API_KEY",
  otherVariables: ["GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
  // Clients of chat completions reach its OpenAI surface as they are: https://ai.google.dev/gemini-api/docs/openai
  dialects: ["gemini", { name: "openai-chat", path: "/openai/chat/completions", lacks: ["text-completion"] }],
  trialModel: "gemini-2.5-flash-lite",
};
