/** A base URL that clients of another gateway or provider are set to: what stands before the paths that we serve. */
type ClientBase = {
  readonly base: string;
  readonly of: string;
  readonly source: string;
  /** Only where this follows it. */
  readonly before?: string;
};

/**
 * Below each of these stands all that is served without it, so that an application that moves here changes the host
 * alone. A further one is a row.
 */
const clientBases: readonly ClientBase[] = [
  { base: "/litellm", of: "Bifrost, for LiteLLM's SDK", source: "https://docs.getbifrost.ai/integrations/litellm-sdk" },
  { base: "/langchain", of: "Bifrost, for LangChain", source: "https://docs.getbifrost.ai/integrations/langchain-sdk" },
  {
    base: "/pydanticai",
    of: "Bifrost, for Pydantic AI",
    source: "https://docs.getbifrost.ai/integrations/pydanticai-sdk",
  },
  { base: "/vercelai", of: "Bifrost, for the AI SDK", source: "https://docs.getbifrost.ai/integrations/vercelai-sdk" },
  {
    base: "/v1beta/openai",
    of: "Gemini's OpenAI surface",
    source: "https://ai.google.dev/gemini-api/docs/openai",
  },
  { base: "/inference", of: "Fireworks", source: "https://docs.fireworks.ai/tools-sdks/openai-compatibility" },
  // What else stands below it is the admin API.
  { base: "/api", before: "/v1", of: "OpenRouter", source: "https://openrouter.ai/docs/quickstart" },
  { base: "/v1/openai", of: "DeepInfra", source: "https://deepinfra.com/docs/openai_api" },
  { base: "/compatibility", of: "Cohere", source: "https://docs.cohere.com/docs/compatibility-api" },
  {
    base: "/compatible-mode",
    of: "Alibaba's Model Studio",
    source: "https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope",
  },
];

export const clientBasePaths: readonly string[] = clientBases.map(({ base, before = "" }) => base + before);

const anyBase = new RegExp(`^(?:${clientBases.map(({ base, before = "" }) => `${base}(?=${before}/)`).join("|")})`);
/** `/v1/v1/messages`: a base URL that ends in `/v1`, for an SDK that adds it. */
const doubledVersion = /^((?:\/[a-z]+)?\/v1)\/v1(?=\/)/;
/** `/openai/openai/deployments/…`: Azure's SDK adds what its endpoint already ends in. */
const doubledOpenAi = /^\/openai(?=\/openai\/)/;

/** Whether what looks like one of the gateway's own paths is a client's. */
export function isBelowBase(path: string): boolean {
  return clientBasePaths.some((base) => path.startsWith(`${base}/`));
}

/** A path without what was typed around it: a known base, repeated slashes and one at the end, a version that stands twice. */
export function tidyPath(path: string): string {
  return path
    .replace(/\/{2,}/g, "/")
    .replace(/(.)\/$/, "$1")
    .replace(anyBase, "")
    .replace(doubledOpenAi, "")
    .replace(doubledVersion, "$1");
}
