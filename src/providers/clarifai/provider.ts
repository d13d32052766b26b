import type { ProviderDefinition } from "../provider";

export const clarifai: ProviderDefinition = {
  id: "clarifai",
  name: "Clarifai",
  source: "https://docs.clarifai.com/compute/inference/open-ai/",
  baseUrl: "https://api.clarifai.com/v2/ext/openai/v1",
  auth: "bearer",
  environmentVariable: "CLARIFAI_PAT",
  dialects: ["openai-chat"],
  trialModel: "openai/chat-completion/models/gpt-oss-20b",
};
