import { defineDialect } from "../dialect";
import { decodeError, encodeError, encodeStreamError, errorHeaders } from "./errors";
import { encodeModel, encodeModelList } from "./models";
import { completion, countTokens } from "./operations";
import { pathsOf } from "./paths";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;

/** Bedrock's Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html */
export const bedrockConverse = defineDialect({
  name: dialect,
  prefixes: ["/bedrock"],
  endpoints: [
    {
      endpoint: "converse",
      operation: "completion",
      patterns: pathsOf("converse-stream"),
      streams: true,
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "converse",
      operation: "completion",
      patterns: pathsOf("converse"),
      streams: false,
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "converse.count_tokens",
      operation: "count-tokens",
      patterns: pathsOf("count-tokens"),
      streams: false,
      maxBodyBytes: 128 * mebibyte,
    },
  ],
  recognisedBy: { header: "amz-sdk-invocation-id", path: /^\/(?:bedrock|model)\b/ },
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  errorHeaders,
  requestIdHeader: "x-amzn-requestid",
  encodeStreamError,
  // AWS has no headers for that.
  rateLimitHeaders: () => ({}),
  operations: { completion, "count-tokens": countTokens },
  pathPrefix: () => "",
  forwardedHeaders: [],
  headers: {},
  auth: "bearer",
  decodeError,
});
