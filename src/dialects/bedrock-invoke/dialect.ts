import { decodeError, encodeError, encodeStreamError, errorHeaders } from "../bedrock-converse/errors";
import { encodeModel, encodeModelList } from "../bedrock-converse/models";
import { pathsOf } from "../bedrock-converse/paths";
import { defineDialect } from "../dialect";
import { embeddingModels } from "./embeddings";
import { completion, embeddings } from "./operations";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;

/** Bedrock's InvokeModel for Claude and for what makes vectors: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html */
export const bedrockInvoke = defineDialect({
  name: dialect,
  prefixes: ["/bedrock"],
  endpoints: [
    {
      endpoint: "invoke",
      operation: "completion",
      patterns: pathsOf("invoke-with-response-stream"),
      streams: true,
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "invoke",
      operation: "embeddings",
      patterns: pathsOf("invoke"),
      models: embeddingModels,
      streams: false,
      maxBodyBytes: 32 * mebibyte,
    },
    {
      endpoint: "invoke",
      operation: "completion",
      patterns: pathsOf("invoke"),
      streams: false,
      maxBodyBytes: 128 * mebibyte,
    },
  ],
  recognisedBy: {},
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  errorHeaders,
  requestIdHeader: "x-amzn-requestid",
  encodeStreamError,
  rateLimitHeaders: () => ({}),
  operations: { completion, embeddings },
  pathPrefix: () => "",
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_RequestSyntax
  forwardedHeaders: [
    "x-amzn-bedrock-trace",
    "x-amzn-bedrock-guardrailidentifier",
    "x-amzn-bedrock-guardrailversion",
    "x-amzn-bedrock-performanceconfig-latency",
    "x-amzn-bedrock-service-tier",
  ],
  headers: {},
  auth: "bearer",
  decodeError,
});
