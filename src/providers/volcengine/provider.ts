import type { ProviderDefinition } from "../provider";

export const volcengine: ProviderDefinition = {
  id: "volcengine",
  name: "Volcengine Ark",
  otherNames: ["ark", "doubao"],
  source: "https://www.volcengine.com/docs/82379/1330626",
  baseUrl: "https://ark.cn-beijing.volces.com/api/v3",
  auth: "bearer",
  environmentVariable: "ARK_API_KEY",
  otherVariables: ["VOLCENGINE_API_KEY"],
  dialects: ["openai-chat"],
};
