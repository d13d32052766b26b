/** A base URL that clients of another gateway or provider are set to: what stands before the paths that we serve. */
type ClientBase = { readonly base: string; readonly of: string; readonly source: string };

/**
 * Below each of these stands all that is served without it, so that who moves here changes the host alone. A further one
 * is a row.
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
];

export const clientBasePaths: readonly string[] = clientBases.map(({ base }) => base);

const anyBase = new RegExp(`^(?:${clientBasePaths.join("|")})(?=/)`);
/** `/v1/v1/messages`: a base URL that ends in `/v1`, for an SDK that adds it. */
const doubledVersion = /^((?:\/[a-z]+)?\/v1)\/v1(?=\/)/;

/** A path without what was typed around it: a known base, repeated slashes and one at the end, a version that stands twice. */
export function tidyPath(path: string): string {
  return path
    .replace(/\/{2,}/g, "/")
    .replace(/(.)\/$/, "$1")
    .replace(anyBase, "")
    .replace(doubledVersion, "$1");
}
