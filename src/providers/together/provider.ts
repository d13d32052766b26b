import type { ProviderDefinition } from "../provider";

export const together: ProviderDefinition = {
  id: "together",
  name: "Together AI",
  otherNames: ["together_ai", "together-ai"],
  source: "https://docs.together.ai/docs/openai-api-compatibility",
  baseUrl: "https://api.together.xyz/v1",
  auth: "bearer",
  environmentVariable: "TOGETHER_API_KEY",
  // https://docs.litellm.ai/docs/providers/togetherai
  otherVariables: ["TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-oss-20b",
};
