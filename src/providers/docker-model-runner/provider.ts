import type { ProviderDefinition } from "../provider";

export const dockerModelRunner: ProviderDefinition = {
  id: "docker-model-runner",
  name: "Docker Model Runner",
  otherNames: ["docker_model_runner"],
  source: "https://docs.docker.com/ai/model-runner/api-reference/",
  baseUrl: "http://127.0.0.1:12434/engines/v1",
  auth: "bearer",
  dialects: ["openai-chat"],
};
