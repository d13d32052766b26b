import type { TraitRow } from "../row";

/** Models that work on their own account: what they search and read is charged, and no limit of the request bounds it. */
export const unboundedRows: readonly TraitRow[] = [
  {
    provider: ["perplexity", "openrouter"],
    model: ["sonar-deep-research*", "perplexity/sonar-deep-research*"],
    traits: { works_unasked: true },
    source: "https://docs.perplexity.ai/getting-started/models/models/sonar-deep-research",
  },
  {
    model: ["gpt-4o-search-preview*", "gpt-4o-mini-search-preview*", "gpt-5-search-api*", "*-deep-research*"],
    traits: { works_unasked: true },
    source: "https://platform.openai.com/docs/guides/tools-web-search",
  },
  {
    model: ["deep-research-*"],
    traits: { works_unasked: true },
    source: "https://ai.google.dev/gemini-api/docs/deep-research",
  },
  {
    provider: "openrouter",
    model: ["*:online", "openrouter/auto", "*/auto"],
    traits: { works_unasked: true },
    source: "https://openrouter.ai/docs/guides/features/plugins/web-search",
  },
  {
    provider: "groq",
    model: ["groq/compound*", "compound-beta*"],
    traits: { works_unasked: true },
    source: "https://console.groq.com/docs/compound",
  },
];
