import type { ProviderDefinition } from "../provider";

export const databricks: ProviderDefinition = {
  id: "databricks",
  name: "Databricks",
  source: "https://docs.databricks.com/aws/en/machine-learning/model-serving/query-chat-models",
  baseUrl: "https://{DATABRICKS_HOST}/serving-endpoints",
  rootPath: "/serving-endpoints",
  auth: "bearer",
  environmentVariable: "DATABRICKS_TOKEN",
  otherVariables: ["DATABRICKS_API_KEY"],
  dialects: ["openai-chat"],
  trialModel: "databricks-gpt-oss-20b",
};
