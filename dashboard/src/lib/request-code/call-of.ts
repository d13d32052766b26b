import type { JsonObject } from "../json";

/** What of a record says how it was asked. */
type Asked = { readonly endpoint: string; readonly stream: boolean };
export type Call = {
  /** Below the gateway's address. */
  readonly path: string;
  readonly body: JsonObject;
  readonly headers: { readonly [name: string]: string };
};

/**
 * Where a request of an endpoint goes, and what, to ask this model. Undefined for what is no request of a model, such as the
 * deletion of a stored answer.
 */
export function callOf({ endpoint, stream }: Asked, model: string, kept: JsonObject): Call | undefined {
  const path = paths.get(endpoint);
  const headers = endpoint.startsWith("messages") ? anthropicHeaders : {};
  if (path !== undefined) return { path, body: { ...bodyOf(kept, stream), model }, headers };
  const method = methodOf({ endpoint, stream }, kept);
  return method === undefined ? undefined : { path: method(model), body: kept, headers };
}

const anthropicHeaders = { "anthropic-version": "2023-06-01" };

const paths: ReadonlyMap<string, string> = new Map([
  ["chat.completions", "/v1/chat/completions"],
  ["completions", "/v1/completions"],
  ["embeddings", "/v1/embeddings"],
  ["embed", "/v2/embed"],
  ["messages", "/v1/messages"],
  ["messages.count_tokens", "/v1/messages/count_tokens"],
  ["responses", "/v1/responses"],
  ["responses.input_tokens", "/v1/responses/input_tokens"],
  ["responses.compact", "/v1/responses/compact"],
]);

/** Vertex asks Claude with a version in the body, and in its path for a stream. */
function bodyOf({ anthropic_version: version, ...body }: JsonObject, stream: boolean): JsonObject {
  return version === undefined ? body : { ...body, stream };
}

/** The path of a model, where it is the path that names it. */
function methodOf({ endpoint, stream }: Asked, kept: JsonObject): ((model: string) => string) | undefined {
  switch (endpoint) {
    case "gemini.generate":
      return google(stream ? "streamGenerateContent?alt=sse" : "generateContent");
    case "gemini.count_tokens":
      return google("countTokens");
    case "gemini.embed":
      return google(kept.requests === undefined ? "embedContent" : "batchEmbedContents");
    case "converse":
      return bedrock(stream ? "converse-stream" : "converse");
    case "converse.count_tokens":
      return bedrock("count-tokens");
    case "invoke":
      return bedrock(stream ? "invoke-with-response-stream" : "invoke");
    default:
      return undefined;
  }
}

function google(method: string): (model: string) => string {
  return (model) => `/v1beta/models/${model.split("/").map(encodeURIComponent).join("/")}:${method}`;
}

function bedrock(method: string): (model: string) => string {
  return (model) => `/model/${encodeURIComponent(model)}/${method}`;
}
