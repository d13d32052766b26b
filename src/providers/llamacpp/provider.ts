import type { ProviderDefinition } from "../provider";

export const llamacpp: ProviderDefinition = {
  id: "llamacpp",
  name: "llama.cpp",
  otherNames: ["llama.cpp", "llamafile", "llama-cpp"],
  source: "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
  baseUrl: "http://127.0.0.1:8080/v1",
  auth: "bearer",
  dialects: ["openai-chat"],
};
