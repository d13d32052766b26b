import type { ProviderDefinition } from "../provider";

export const xai: ProviderDefinition = {
  id: "xai",
  name: "xAI",
  otherNames: ["x-ai"],
  source: "https://docs.x.ai/docs/api-reference",
  baseUrl: "https://api.x.ai/v1",
  auth: "bearer",
  environmentVariable: "XAI_API_KEY",
  // https://docs.x.ai/docs/api-reference#create-new-response
  dialects: ["openai-chat", "openai-responses"],
  // https://docs.x.ai/docs/key-information/consumption-and-rate-limits
  bill: "usage.cost_in_usd_ticks",
  trialModel: "grok-4-1-fast-non-reasoning",
};
