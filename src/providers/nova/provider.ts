import type { ProviderDefinition } from "../provider";

export const nova: ProviderDefinition = {
  id: "nova",
  name: "Amazon Nova",
  otherNames: ["amazon_nova"],
  source: "https://nova.amazon.com/dev/documentation",
  baseUrl: "https://api.nova.amazon.com/v1",
  auth: "bearer",
  environmentVariable: "NOVA_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "nova-2-lite-v1",
};
