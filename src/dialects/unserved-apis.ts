/** Something that clients ask for and that is not served: what to do instead. */
export type UnservedApi = {
  /** A path of it, after base URLs were taken off (`http/client-bases.ts`). */
  readonly path: RegExp;
  /** Ends the message of the 404: what is asked for, and the remedy. */
  readonly hint: string;
};

const chatInstead = "use /v1/chat/completions";

/** The first that fits counts. A row goes when what it speaks of is served. */
const unservedApis: readonly UnservedApi[] = [
  {
    // https://ai.google.dev/api
    path: /:(?:predict|predictLongRunning|batchGenerateContent|asyncBatchEmbedContent|bidiGenerateContent|(?:stream)?[rR]awPredict|computeTokens)$|^\/(?:v1beta\d*|v1alpha)\/(?:files|cachedContents|tunedModels|corpora|operations|batches|interactions|fileSearchStores)(?:\/|$)/,
    hint: "of Gemini's API :generateContent, :streamGenerateContent, :countTokens and :embedContent are served, and the list of models",
  },
  {
    // https://docs.cohere.com/reference/about
    path: /^\/(?:cohere(?:\/|$)|v2\/(?:chat|rerank)$)/,
    hint: `of Cohere's own API /v2/embed is served, for all else ${chatInstead}`,
  },
  {
    path: /\/(?:chat\/completions|messages|completions|embeddings)\/(?:v1\/)?(?:chat\/completions|messages|completions|embeddings|models)$/,
    hint: "the base URL of the client must end before the path of an endpoint",
  },
  {
    // https://openrouter.ai/docs/api-reference/limits
    path: /^\/v1\/(?:key|keys|credits|auth\/key|generation)$/,
    hint: "what a key has spent and may spend is at /api/me",
  },
  {
    path: /\/messages\/batches(?:\/|$)|\/batches(?:\/|$)/,
    hint: "batches are not served yet, ask one by one",
  },
  {
    path: /^(?:\/openai)?(?:\/v1)?\/(?:images|audio|moderations|files|uploads|fine_tuning|vector_stores|realtime|rerank|videos|containers|evals|ocr|search)(?:\/|$)/,
    hint: "served are chat completions, completions, embeddings and messages",
  },
  {
    path: /^(?:\/openai)?(?:\/v1)?\/(?:assistants|threads)(?:\/|$)/,
    hint: `assistants are not served, ${chatInstead}`,
  },
  {
    // https://docs.claude.com/en/api/complete
    path: /^(?:\/anthropic)?(?:\/v1)?\/complete$/,
    hint: "the text completions of Anthropic are not served, use /v1/messages",
  },
  {
    // https://docs.litellm.ai/docs/proxy/virtual_keys
    path: /^\/(?:key|user|team|customer|end_user|budget|tag|spend|global|organization|model|v1\/model|model_group|config|credentials)\/[a-z_]+/,
    hint: "keys, teams, budgets, models and spend are managed below /api (see /api/docs)",
  },
];

/** What an unknown path asks for, as far as it is known. */
export function findUnserved(path: string): UnservedApi | undefined {
  return unservedApis.find((api) => api.path.test(path));
}
