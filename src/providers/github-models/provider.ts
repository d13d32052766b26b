import type { ProviderDefinition } from "../provider";

export const githubModels: ProviderDefinition = {
  id: "github-models",
  name: "GitHub Models",
  otherNames: ["github"],
  source: "https://docs.github.com/en/rest/models/inference",
  baseUrl: "https://models.github.ai/inference",
  auth: "bearer",
  environmentVariable: "GITHUB_TOKEN",
  otherVariables: ["GITHUB_API_KEY"],
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "openai/gpt-4.1-nano",
};
