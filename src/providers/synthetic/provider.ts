import type { ProviderDefinition } from "../provider";

export const synthetic: ProviderDefinition = {
  id: "synthetic",
  name: "Synthetic",
  source: "https://dev.synthetic.new/docs/openai/chat-completions",
  baseUrl: "https://api.synthetic.new/openai/v1",
  auth: "bearer",
  environmentVariable: "SYNTHETIC_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "hf:openai/gpt-oss-120b",
};
