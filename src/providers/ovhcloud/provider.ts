import type { ProviderDefinition } from "../provider";

export const ovhcloud: ProviderDefinition = {
  id: "ovhcloud",
  name: "OVHcloud",
  source: "https://help.ovhcloud.com/csm/en-public-cloud-ai-endpoints-getting-started",
  baseUrl: "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1",
  auth: "bearer",
  environmentVariable: "OVHCLOUD_API_KEY",
  otherVariables: ["OVH_AI_ENDPOINTS_ACCESS_TOKEN"],
  dialects: ["openai-chat"],
  trialModel: "gpt-oss-20b",
};
