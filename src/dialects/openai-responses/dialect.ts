import { defineDialect } from "../dialect";
import { encodeError } from "../openai-errors";
import { encodeModel, encodeModelList } from "../openai-models";
import { rateLimitHeaders } from "../openai-rate-limits";
import { readFailure } from "../read-failure";
import { encodeStreamError } from "./errors";
import { compaction, completion, countTokens } from "./operations";
import { storedOperations, storedRows } from "./stored-responses";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;

/** OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses = defineDialect({
  name: dialect,
  prefixes: ["", "/openai"],
  endpoints: [
    { endpoint: "responses", operation: "completion", path: "/responses", maxBodyBytes: 128 * mebibyte },
    {
      endpoint: "responses.input_tokens",
      operation: "count-tokens",
      path: "/responses/input_tokens",
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "responses.compact",
      operation: "compaction",
      path: "/responses/compact",
      maxBodyBytes: 128 * mebibyte,
    },
  ],
  objects: storedRows,
  recognisedBy: { path: /\/responses\b/ },
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  encodeStreamError,
  rateLimitHeaders,
  operations: { completion, "count-tokens": countTokens, compaction, ...storedOperations },
  pathPrefix: () => "",
  forwardedHeaders: ["openai-beta"],
  headers: {},
  auth: "bearer",
  reasonsUnasked: true,
  decodeError: readFailure,
});
