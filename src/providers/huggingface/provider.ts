import type { ProviderDefinition } from "../provider";

export const huggingface: ProviderDefinition = {
  id: "huggingface",
  name: "Hugging Face",
  otherNames: ["hf"],
  source: "https://huggingface.co/docs/inference-providers",
  baseUrl: "https://router.huggingface.co/v1",
  auth: "bearer",
  environmentVariable: "HF_TOKEN",
  otherVariables: ["HUGGINGFACE_API_KEY", "HUGGING_FACE_HUB_TOKEN"],
  dialects: [{ name: "openai-chat", lacks: ["text-completion"] }],
  trialModel: "Qwen/Qwen3-Coder-30B-A3B-Instruct",
};
