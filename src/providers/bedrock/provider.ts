import type { ProviderDefinition } from "../provider";

/** Its API keys are bearer tokens; access keys sign each request (`auth: sigv4`). The base URL says the region. */
export const bedrock: ProviderDefinition = {
  id: "bedrock",
  name: "Amazon Bedrock",
  otherNames: ["amazon-bedrock", "bedrock_converse"],
  source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
  baseUrl: "https://bedrock-runtime.{AWS_REGION=us-east-1}.amazonaws.com",
  auth: "bearer",
  environmentVariable: "AWS_BEARER_TOKEN_BEDROCK",
  // Claude is asked in its maker's words, which say more than Converse, and so is what makes vectors; profiles whose names hide
  // their model by Converse.
  dialects: [
    { name: "bedrock-invoke", models: ["*anthropic.claude*", "*titan-embed-*", "*cohere.embed-*"] },
    "bedrock-converse",
  ],
  trialModel: "amazon.nova-micro-v1:0",
};
