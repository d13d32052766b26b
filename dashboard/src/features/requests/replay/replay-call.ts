/** What of a record says how it was asked. */
type Asked = { readonly endpoint: string; readonly stream: boolean };
type Body = { readonly [name: string]: unknown };
export type ReplayCall = { readonly path: string; readonly body: Body };

/**
 * Where a kept request is sent again, and what, to ask this model. Undefined for what is no request of a model, such as the
 * deletion of a stored answer. Bedrock's answers are asked for whole, for its streams are frames of bytes.
 */
export function replayCall({ endpoint, stream }: Asked, model: string, kept: Body): ReplayCall | undefined {
  const path = paths.get(endpoint);
  if (path !== undefined) return { path, body: { ...bodyOf(kept, stream), model } };
  const method = methodOf({ endpoint, stream }, kept);
  return method === undefined ? undefined : { path: method(model), body: kept };
}

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
function bodyOf({ anthropic_version: version, ...body }: Body, stream: boolean): Body {
  return version === undefined ? body : { ...body, stream };
}

/** The path of a model, where it is the path that names it. */
function methodOf({ endpoint, stream }: Asked, kept: Body): ((model: string) => string) | undefined {
  switch (endpoint) {
    case "gemini.generate":
      return google(stream ? "streamGenerateContent?alt=sse" : "generateContent");
    case "gemini.count_tokens":
      return google("countTokens");
    case "gemini.embed":
      return google(kept.requests === undefined ? "embedContent" : "batchEmbedContents");
    case "converse":
      return bedrock("converse");
    case "converse.count_tokens":
      return bedrock("count-tokens");
    case "invoke":
      return bedrock("invoke");
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
