import type { ProviderDefinition } from "../provider";

export const stepfun: ProviderDefinition = {
  id: "stepfun",
  name: "StepFun",
  source: "https://platform.stepfun.com/docs/zh/guides/developer/openai",
  baseUrl: "https://api.stepfun.com/v1",
  auth: "bearer",
  environmentVariable: "STEPFUN_API_KEY",
  dialects: ["openai-chat"],
  trialModel: "step-3.5-flash",
};
