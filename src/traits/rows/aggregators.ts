import type { TraitRow } from "../row";
import { claudeDialects } from "./anthropic";

/** Providers that serve the models of others: before the rows of models, which know more of them. */
export const aggregatorRows: readonly TraitRow[] = [
  {
    provider: "openrouter",
    traits: {
      reasoning: ["effort"],
      efforts: ["none", "minimal", "low", "medium", "high", "xhigh"],
      earlier_reasoning: "details",
    },
    source: "https://openrouter.ai/docs/use-cases/reasoning-tokens",
  },
  {
    provider: "openrouter",
    traits: { cache_markers: ["parts", "tools", "top-level"] },
    source: "https://openrouter.ai/docs/features/prompt-caching",
  },
  {
    provider: "openrouter",
    traits: { document_urls: true },
    source: "https://openrouter.ai/docs/features/multimodal/pdfs",
  },
  {
    provider: ["together", "fireworks", "ollama"],
    traits: { output_limit: "max_tokens", developer_role: "system" },
    source: "https://docs.together.ai/docs/openai-api-compatibility",
  },
  {
    provider: "together",
    traits: { reasoning: [], efforts: [], cache_markers: [] },
    source: "https://docs.together.ai/docs/reasoning-overview",
  },
  {
    provider: "fireworks",
    traits: { reasoning: ["effort"], efforts: ["none", "low", "medium", "high"], cache_markers: [] },
    source: "https://docs.fireworks.ai/guides/reasoning",
  },
  {
    provider: "fireworks",
    traits: { max_output_whole: 4096 },
    source: "https://github.com/nextlevelbuilder/goclaw/pull/660",
  },
  {
    provider: "ollama",
    traits: { reasoning: [], efforts: [], system_place: "first" },
    source: "https://github.com/ollama/ollama/blob/main/docs/openai.md",
  },
  {
    provider: "ollama",
    model: ["gpt-oss*", "qwen3*", "deepseek-r1*", "deepseek-v3.1*", "magistral*"],
    traits: { reasoning: ["effort"], efforts: ["none", "low", "medium", "high"], reasons_by_default: true },
    source: "https://github.com/ollama/ollama/blob/main/docs/openai.md",
  },
  {
    provider: "together",
    model: "gpt-oss*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], reasons_by_default: true },
    source: "https://docs.together.ai/docs/reasoning-overview",
  },
];

/** Claude where others serve it: as strict as its maker, and in one thing more. */
export const claudeHostRows: readonly TraitRow[] = [
  {
    provider: "vertex",
    dialect: "anthropic-messages",
    model: "*claude*",
    traits: { thinking_state: "signed" },
    source: "https://github.com/cline/cline/issues/7723",
  },
  {
    provider: "bedrock",
    dialect: claudeDialects,
    model: "*claude*",
    traits: { thinking_state: "signed" },
    source: "https://github.com/chenhg5/cc-connect/issues/897",
  },
  {
    provider: "openrouter",
    dialect: "anthropic-messages",
    model: "*claude*",
    traits: { thinking_state: "signed" },
    source: "https://github.com/linanwx/nagobot/issues/21",
  },
  {
    provider: ["vertex", "bedrock"],
    dialect: ["anthropic-messages", "bedrock-invoke"],
    traits: { cache_markers: ["parts", "tools"] },
    source: "https://github.com/UKGovernmentBEIS/inspect_ai/pull/3851",
  },
];

/** After those of models: what OpenRouter leaves out by itself. */
export const leniencyRows: readonly TraitRow[] = [
  {
    provider: "openrouter",
    traits: {
      refuses: [],
      refuses_while_reasoning: [],
      output_limit: "either",
      effort_with_tools: true,
      call_signatures: "free",
    },
    source: "https://openrouter.ai/docs/api-reference/parameters",
  },
];
