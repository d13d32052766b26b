import type { TraitRow } from "../row";

const reasoning = "https://docs.x.ai/developers/model-capabilities/text/reasoning";

export const xaiRows: readonly TraitRow[] = [
  {
    // Six tiles of 448 pixels and one of the whole, 256 tokens each.
    provider: "xai",
    traits: { image_tokens: 1792, image_base: 256, image_patch: 448, image_patch_tokens: 256 },
    source: "https://docs.x.ai/docs/guides/image-understanding",
  },
  {
    provider: "xai",
    traits: { reasoning: [], efforts: [], cache_markers: [] },
    source: reasoning,
  },
  {
    provider: "xai",
    model: ["grok-4*", "grok-3-mini*", "grok-code*", "grok-build*", "grok-latest"],
    traits: { refuses: ["presence_penalty", "frequency_penalty", "stop"] },
    source: reasoning,
  },
  {
    provider: "xai",
    model: "*non-reasoning*",
    traits: { refuses: ["presence_penalty", "frequency_penalty"] },
    source: "https://github.com/lobehub/lobehub/issues/13332",
  },
  {
    provider: "xai",
    traits: { null_content: "refused" },
    source: "https://github.com/langchain-ai/langchain/issues/34140",
  },
  {
    provider: "xai",
    model: "grok-3-mini*",
    traits: { reasoning: ["effort"], efforts: ["low", "high"], reasons_by_default: true },
    source: reasoning,
  },
  {
    provider: "xai",
    model: ["grok-4.3*", "grok-latest"],
    traits: { reasoning: ["effort"], efforts: ["none", "low", "medium", "high"], reasons_by_default: true },
    source: "https://newreleases.io/project/github/vercel/ai/release/@ai-sdk%2Fxai@4.0.0-canary.61",
  },
  {
    provider: "xai",
    model: "grok-4.5*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], reasons_by_default: true },
    source: reasoning,
  },
  {
    provider: "xai",
    model: "grok-4.20-multi-agent*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high", "xhigh"], reasons_by_default: true },
    source: reasoning,
  },
];
