import type { ProviderDefinition } from "../provider";

export const sglang: ProviderDefinition = {
  id: "sglang",
  name: "SGLang",
  source: "https://docs.sglang.io/basic_usage/openai_api_completions.html",
  baseUrl: "http://127.0.0.1:30000/v1",
  auth: "bearer",
  dialects: ["openai-chat"],
};
