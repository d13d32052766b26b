import type { ProviderDefinition } from "../provider";

export const cloudflare: ProviderDefinition = {
  id: "cloudflare",
  name: "Cloudflare Workers AI",
  otherNames: ["workers-ai", "cloudflare-workers-ai"],
  source: "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
  baseUrl: "https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1",
  auth: "bearer",
  environmentVariable: "CLOUDFLARE_API_TOKEN",
  otherVariables: ["CLOUDFLARE_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "@cf/openai/gpt-oss-20b",
};
