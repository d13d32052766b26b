import { defineDialect } from "../dialect";
import { readFailure } from "../read-failure";
import { encodeError, encodeStreamError } from "./errors";
import { encodeModel, encodeModelList } from "./models";
import { completion, embeddings, textCompletion } from "./operations";
import { quirks } from "./quirks";
import { rateLimitHeaders } from "./rate-limit-headers";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;

/** OpenAI's Chat Completions and what stands beside it: https://platform.openai.com/docs/api-reference/chat */
export const openaiChat = defineDialect({
  name: dialect,
  prefixes: ["", "/openai", "/litellm", "/langchain"],
  endpoints: [
    {
      endpoint: "chat.completions",
      operation: "completion",
      path: "/chat/completions",
      patterns: ["/openai/deployments/{model}/chat/completions"],
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "completions",
      operation: "text-completion",
      path: "/completions",
      patterns: ["/openai/deployments/{model}/completions"],
      maxBodyBytes: 32 * mebibyte,
    },
    {
      endpoint: "embeddings",
      operation: "embeddings",
      path: "/embeddings",
      patterns: ["/openai/deployments/{model}/embeddings"],
      maxBodyBytes: 32 * mebibyte,
    },
  ],
  recognisedBy: {},
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  encodeStreamError,
  rateLimitHeaders,
  operations: { completion, "text-completion": textCompletion, embeddings },
  pathPrefix: () => "",
  forwardedHeaders: ["openai-beta"],
  headers: {},
  auth: "bearer",
  quirks,
  decodeError: readFailure,
});
