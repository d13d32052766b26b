import type { ProviderDefinition } from "../provider";

export const vercel: ProviderDefinition = {
  id: "vercel",
  name: "Vercel AI Gateway",
  otherNames: ["vercel_ai_gateway"],
  source: "https://vercel.com/docs/ai-gateway/openai-compat",
  baseUrl: "https://ai-gateway.vercel.sh/v1",
  auth: "bearer",
  environmentVariable: "AI_GATEWAY_API_KEY",
  otherVariables: ["VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"],
  // https://vercel.com/docs/ai-gateway/sdks-and-apis/responses
  dialects: ["openai-chat", "openai-responses"],
  trialModel: "mistral/ministral-3b",
};
