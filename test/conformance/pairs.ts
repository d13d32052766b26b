/** The dialects whose answers are played, those of clients and those of providers. */
export const dialects = [
  "openai-chat",
  "anthropic-messages",
  "openai-responses",
  "gemini",
  "bedrock-converse",
  "bedrock-invoke",
] as const;

export type Dialect = (typeof dialects)[number];

/** The provider that speaks a dialect, by the id that the gateway knows it by. */
export const providerOf = {
  "openai-chat": "oai",
  "anthropic-messages": "ant",
  "openai-responses": "res",
  gemini: "gem",
  "bedrock-converse": "con",
  "bedrock-invoke": "inv",
} as const satisfies { readonly [D in Dialect]: string };

/** Cohere's, of whose own API embeddings alone are served. */
export const cohere = "coh";

/** Where a client asks for a model, which some say in the path. */
export function clientPath(client: Dialect, model: string, stream: boolean): string {
  const named = encodeURIComponent(model);
  switch (client) {
    case "openai-chat":
      return "/v1/chat/completions";
    case "anthropic-messages":
      return "/v1/messages";
    case "openai-responses":
      return "/v1/responses";
    case "gemini":
      return `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`;
    case "bedrock-converse":
      return `/model/${named}/${stream ? "converse-stream" : "converse"}`;
    case "bedrock-invoke":
      return `/model/${named}/${stream ? "invoke-with-response-stream" : "invoke"}`;
  }
}

/** A request of a client that says `text`. */
export function bodyOf(client: Dialect, model: string, text: string, stream: boolean): object {
  const messages = [{ role: "user", content: text }];
  const streaming = stream ? { stream: true } : {};
  switch (client) {
    case "openai-chat":
    case "anthropic-messages":
      return { model, max_tokens: 1000, messages, ...streaming };
    case "openai-responses":
      return { model, max_output_tokens: 1000, input: text, ...streaming };
    case "gemini":
      // Thoughts are shown to those who ask for them.
      return {
        contents: [{ role: "user", parts: [{ text }] }],
        generationConfig: { maxOutputTokens: 1000, thinkingConfig: { includeThoughts: true } },
      };
    case "bedrock-converse":
      return { messages: [{ role: "user", content: [{ text }] }], inferenceConfig: { maxTokens: 1000 } };
    case "bedrock-invoke":
      return { anthropic_version: "bedrock-2023-05-31", max_tokens: 1000, messages };
  }
}

export function othersThan(dialect: Dialect): readonly Dialect[] {
  return dialects.filter((each) => each !== dialect);
}
