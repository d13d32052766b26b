import type { ProviderDefinition } from "../provider";

export const snowflake: ProviderDefinition = {
  id: "snowflake",
  name: "Snowflake Cortex",
  otherNames: ["snowflake-cortex"],
  source: "https://docs.snowflake.com/en/user-guide/snowflake-cortex/open_ai_sdk",
  baseUrl: "https://{SNOWFLAKE_ACCOUNT}.snowflakecomputing.com/api/v2/cortex/v1",
  rootPath: "/api/v2/cortex/v1",
  auth: "bearer",
  environmentVariable: "SNOWFLAKE_PAT",
  otherVariables: ["SNOWFLAKE_CORTEX_PAT", "SNOWFLAKE_JWT"],
  dialects: ["openai-chat"],
  trialModel: "claude-haiku-4-5",
};
