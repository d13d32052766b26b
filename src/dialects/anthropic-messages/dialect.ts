import { defineDialect } from "../dialect";
import { readFailure } from "../read-failure";
import { encodeError, encodeStreamError } from "./errors";
import { encodeModel, encodeModelList } from "./models";
import { completion, countTokens } from "./operations";
import { rateLimitHeaders } from "./rate-limit-headers";
import { dialect } from "./wire";

const mebibyte = 1024 * 1024;

function vertexPaths(method: string, model = "{model}"): readonly string[] {
  const place = `projects/{project}/locations/{location}/publishers/anthropic/models/${model}`;
  return ["/v1", "/v1beta1", "/genai/v1", "/vertex/v1", "/vertex"].map((base) => `${base}/${place}:${method}`);
}

/** Anthropic's Messages: https://docs.claude.com/en/api/messages */
export const anthropicMessages = defineDialect({
  name: dialect,
  prefixes: ["", "/anthropic"],
  endpoints: [
    { endpoint: "messages", operation: "completion", path: "/messages", maxBodyBytes: 128 * mebibyte },
    {
      endpoint: "messages.count_tokens",
      operation: "count-tokens",
      path: "/messages/count_tokens",
      // Vertex's: what stands in the model's place is none, which the body names.
      patterns: vertexPaths("rawPredict", "count-tokens"),
      maxBodyBytes: 128 * mebibyte,
    },
    // Vertex: https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
    {
      endpoint: "messages",
      operation: "completion",
      patterns: vertexPaths("streamRawPredict"),
      streams: true,
      maxBodyBytes: 128 * mebibyte,
    },
    {
      endpoint: "messages",
      operation: "completion",
      patterns: vertexPaths("rawPredict"),
      streams: false,
      maxBodyBytes: 128 * mebibyte,
    },
  ],
  recognisedBy: { header: "anthropic-version", path: /^\/anthropic\b|\/messages\b/ },
  models: { list: encodeModelList, one: encodeModel },
  encodeError,
  encodeStreamError,
  rateLimitHeaders,
  operations: { completion, "count-tokens": countTokens },
  // Anthropic's SDKs are given a base URL without `/v1`, so people write it without.
  pathPrefix: (baseUrl) => (baseUrl.endsWith("/v1") ? "" : "/v1"),
  forwardedHeaders: ["anthropic-beta", "anthropic-version"],
  // Of Anthropic's SDKs where a beta is asked for, and of Claude Code: https://code.claude.com/docs/en/llm-gateway-protocol
  forwardedQuery: ["beta=true"],
  headers: { "anthropic-version": "2023-06-01" },
  auth: "x-api-key",
  decodeError: readFailure,
});
