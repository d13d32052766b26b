import type { ProviderDefinition } from "../provider";

export const qiniu: ProviderDefinition = {
  id: "qiniu",
  name: "Qiniu",
  otherNames: ["qiniu-ai"],
  source: "https://developer.qiniu.com/aitokenapi",
  baseUrl: "https://api.qnaigc.com/v1",
  auth: "bearer",
  environmentVariable: "QINIU_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "mimo-v2-flash",
};
