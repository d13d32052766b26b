import type { ProviderDefinition } from "../provider";

export const llama: ProviderDefinition = {
  id: "llama",
  name: "Llama API",
  otherNames: ["meta_llama"],
  source: "https://llama.developer.meta.com/docs/features/compatibility",
  baseUrl: "https://api.llama.com/compat/v1",
  auth: "bearer",
  environmentVariable: "LLAMA_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "llama-3.3-8b-instruct",
};
