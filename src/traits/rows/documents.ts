import type { TraitRow } from "../row";

const claude = "https://platform.claude.com/docs/en/build-with-claude/pdf-support#estimate-your-costs";
const openai = "https://platform.openai.com/docs/guides/pdf-files#how-it-works";
const gemini = "https://ai.google.dev/gemini-api/docs/document-processing#technical-details";
const geminiResolution = "https://ai.google.dev/gemini-api/docs/media-resolution";

const claudeHosts = ["anthropic", "bedrock", "vertex"];
const openaiHosts = ["openai", "azure-openai"];
const geminiHosts = ["gemini", "google", "vertex"];

/** OpenAI and Anthropic show a model each page as an image, at most as large as one of its own, and its text. */
export const documentRows: readonly TraitRow[] = [
  { provider: claudeHosts, model: "*claude*", traits: { page_tokens: 4784 }, source: claude },
  {
    provider: claudeHosts,
    model: ["*claude-3*", "*claude-*-4-0*", "*claude-*-4-1*", "*claude-*-4-5*", "*claude-*-4-6*", "*claude-*-4-2025*"],
    traits: { page_tokens: 1600 },
    source: claude,
  },
  {
    provider: openaiHosts,
    model: ["gpt-4o*", "gpt-4.1*", "o1*", "o3*"],
    traits: { page_tokens: 1445 },
    source: openai,
  },
  { provider: openaiHosts, model: "gpt-4o-mini*", traits: { page_tokens: 48_169 }, source: openai },
  { provider: openaiHosts, model: ["gpt-4.1-mini*", "o4-mini*"], traits: { page_tokens: 2642 }, source: openai },
  { provider: openaiHosts, model: "gpt-4.1-nano*", traits: { page_tokens: 3779 }, source: openai },
  { provider: openaiHosts, model: ["gpt-5", "gpt-5-*"], traits: { page_tokens: 3779 }, source: openai },
  { provider: openaiHosts, model: "gpt-5.*", traits: { page_tokens: 24_600 }, source: openai },
  { provider: geminiHosts, model: "gemini-2*", traits: { page_tokens: 258 }, source: gemini },
  { provider: geminiHosts, model: "gemini-3*", traits: { page_tokens: 1120 }, source: geminiResolution },
];
