import type { ProviderDefinition } from "../provider";

export const fireworks: ProviderDefinition = {
  id: "fireworks",
  name: "Fireworks AI",
  otherNames: ["fireworks_ai", "fireworks-ai"],
  source: "https://docs.fireworks.ai/tools-sdks/openai-compatibility",
  baseUrl: "https://api.fireworks.ai/inference/v1",
  auth: "bearer",
  environmentVariable: "FIREWORKS_API_KEY",
  // https://docs.litellm.ai/docs/providers/fireworks_ai
  otherVariables: ["FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "accounts/fireworks/models/gpt-oss-20b",
};
