import type { ProviderDefinition } from "../provider";

export const openai: ProviderDefinition = {
  id: "openai",
  name: "OpenAI",
  source: "https://platform.openai.com/docs/api-reference/introduction",
  baseUrl: "https://api.openai.com/v1",
  auth: "bearer",
  environmentVariable: "OPENAI_API_KEY",
  dialects: [
    // The others are of the Responses API alone: https://platform.openai.com/docs/models
    {
      name: "openai-chat",
      models: ["!*computer-use*", "!*codex*", "!*deep-research*", "!o1-pro*", "!o3-pro*", "!gpt-5*-pro*"],
    },
    "openai-responses",
  ],
  // Of images, realtime and moderation: https://platform.openai.com/docs/models
  unserved: ["*realtime*", "*image*", "*moderation*"],
  trialModel: "gpt-4o-mini",
};
