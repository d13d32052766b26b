import { defineDialect } from "../dialect";
import { readFailure } from "../read-failure";
import { encodeError, encodeStreamError } from "./errors";
import { encodeModel, encodeModelList } from "./models";
import { completion, countTokens, embedding, embeddings } from "./operations";
import { methodPaths } from "./paths";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;
const body = { maxBodyBytes: 128 * mebibyte } as const;

/** Google's generateContent, of the Gemini API and of Vertex: https://ai.google.dev/api/generate-content */
export const gemini = defineDialect({
  name: dialect,
  prefixes: ["/v1beta", "/v1alpha", "/genai", "/genai/v1beta", "/gemini", "/gemini/v1beta"],
  endpoints: [
    {
      endpoint: "gemini.generate",
      operation: "completion",
      patterns: methodPaths("generateContent"),
      streams: false,
      ...body,
    },
    {
      endpoint: "gemini.generate",
      operation: "completion",
      patterns: methodPaths("streamGenerateContent"),
      streams: true,
      ...body,
    },
    {
      endpoint: "gemini.count_tokens",
      operation: "count-tokens",
      patterns: methodPaths("countTokens"),
      streams: false,
      ...body,
    },
    {
      endpoint: "gemini.embed",
      operation: "embeddings",
      patterns: methodPaths("batchEmbedContents"),
      streams: false,
      ...body,
    },
    {
      endpoint: "gemini.embed",
      operation: "embedding",
      patterns: methodPaths("embedContent"),
      streams: false,
      ...body,
    },
  ],
  recognisedBy: {
    keyParameter: "key",
    header: "x-goog-api-key",
    path: /^\/(?:genai|gemini|v1beta\d*|v1alpha)(?:\/|$)|^\/v1\/(?:projects|publishers)\/|:[a-z]+[A-Z][A-Za-z]*$/,
  },
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  encodeStreamError,
  rateLimitHeaders: () => ({}),
  operations: { completion, "count-tokens": countTokens, embeddings, embedding },
  pathPrefix: (baseUrl) => (/\/(?:v\d\w*|models|google)$/.test(baseUrl) ? "" : "/v1beta"),
  forwardedHeaders: [],
  headers: {},
  auth: "x-goog-api-key",
  reasonsUnasked: true,
  decodeError: readFailure,
});
