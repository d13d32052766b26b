import type { ProviderDefinition } from "../provider";

export const digitalocean: ProviderDefinition = {
  id: "digitalocean",
  name: "DigitalOcean",
  otherNames: ["gradient_ai"],
  source: "https://docs.digitalocean.com/products/gradient-ai-platform/how-to/use-serverless-inference/",
  baseUrl: "https://inference.do-ai.run/v1",
  auth: "bearer",
  environmentVariable: "DIGITALOCEAN_ACCESS_TOKEN",
  otherVariables: ["MODEL_ACCESS_KEY", "GRADIENT_AI_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "openai-gpt-oss-20b",
};
