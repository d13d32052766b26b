import type { ProviderDefinition } from "../provider";

export const lmstudio: ProviderDefinition = {
  id: "lmstudio",
  name: "LM Studio",
  otherNames: ["lm_studio"],
  source: "https://lmstudio.ai/docs/developer/openai-compat",
  baseUrl: "http://127.0.0.1:1234/v1",
  auth: "bearer",
  // https://lmstudio.ai/docs/developer/openai-compat/responses
  dialects: ["openai-chat", "openai-responses"],
};
