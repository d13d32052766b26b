import type { ProviderDefinition } from "../provider";

export const ioNet: ProviderDefinition = {
  id: "io-net",
  name: "IO Intelligence",
  otherNames: ["io-intelligence"],
  source: "https://io.net/docs/guides/intelligence/io-intelligence-apis",
  baseUrl: "https://api.intelligence.io.solutions/api/v1",
  auth: "bearer",
  environmentVariable: "IOINTELLIGENCE_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "openai/gpt-oss-20b",
};
