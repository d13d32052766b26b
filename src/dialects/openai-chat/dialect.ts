import { defineDialect } from "../dialect";
import { encodeError } from "../openai-errors";
import { encodeModel, encodeModelList } from "../openai-models";
import { rateLimitHeaders } from "../openai-rate-limits";
import { readFailure } from "../read-failure";
import { encodeStreamError } from "./errors";
import { completion, embeddings, textCompletion } from "./operations";
import { storedOperations, storedRows } from "./stored-completions";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;

/** Azure's SDKs name the model in the path, as OpenAI's first API did, which LiteLLM still serves. */
const deploymentsOf = (path: string) => [
  `/openai/deployments/{model}${path}`,
  `/engines/{model}${path}`,
  `/v1/engines/{model}${path}`,
];

/** OpenAI's Chat Completions and what stands beside it: https://platform.openai.com/docs/api-reference/chat */
export const openaiChat = defineDialect({
  name: dialect,
  prefixes: ["", "/openai"],
  endpoints: [
    {
      endpoint: "chat.completions",
      operation: "completion",
      path: "/chat/completions",
      patterns: deploymentsOf("/chat/completions"),
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "completions",
      operation: "text-completion",
      path: "/completions",
      patterns: deploymentsOf("/completions"),
      maxBodyBytes: 32 * mebibyte,
    },
    {
      endpoint: "embeddings",
      operation: "embeddings",
      path: "/embeddings",
      patterns: deploymentsOf("/embeddings"),
      maxBodyBytes: 32 * mebibyte,
    },
  ],
  objects: storedRows,
  recognisedBy: {},
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  encodeStreamError,
  rateLimitHeaders,
  operations: { completion, "text-completion": textCompletion, embeddings, ...storedOperations },
  pathPrefix: () => "",
  forwardedHeaders: ["openai-beta"],
  headers: {},
  auth: "bearer",
  reasonsUnasked: true,
  decodeError: readFailure,
});
