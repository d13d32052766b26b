import type { TraitRow } from "../row";

const page = "https://ai.google.dev/gemini-api/docs/openai";

export const geminiImageRows: readonly TraitRow[] = [
  {
    model: ["gemini-2*", "gemini-1*"],
    traits: { image_patch: 768, image_patch_tokens: 258, image_fit: "crop" },
    source: "https://ai.google.dev/gemini-api/docs/image-understanding#calculate-tokens",
  },
  // At the highest of the resolutions that can be asked for.
  {
    model: "gemini-3*",
    traits: { image_tokens: 2240 },
    source: "https://ai.google.dev/gemini-api/docs/media-resolution",
  },
];

const thinkingPage = "https://ai.google.dev/gemini-api/docs/thinking";
const signaturePage = "https://ai.google.dev/gemini-api/docs/thought-signatures";

/** Gemini by its own dialect, at any provider. */
export const generateContentRows: readonly TraitRow[] = [
  {
    dialect: "gemini",
    model: ["gemini-2.5*", "gemini-flash*", "gemini-pro*"],
    traits: { reasoning: ["budget"], reasons_by_default: true, call_signatures: "taken" },
    source: thinkingPage,
  },
  {
    dialect: "gemini",
    model: ["gemini-2.5-pro*", "gemini-pro*"],
    traits: { can_stop_reasoning: false },
    source: thinkingPage,
  },
  {
    dialect: "gemini",
    model: ["gemini-1*", "gemini-2.0*", "gemma-*", "learnlm*"],
    traits: { reasoning: [], efforts: [] },
    source: thinkingPage,
  },
  {
    dialect: "gemini",
    model: ["gemini-3*", "gemini-4*"],
    traits: {
      reasoning: ["effort"],
      efforts: ["minimal", "low", "medium", "high"],
      can_stop_reasoning: false,
      reasons_by_default: true,
    },
    source: thinkingPage,
  },
  {
    dialect: "gemini",
    model: ["gemini-3-pro*"],
    traits: { efforts: ["low", "high"] },
    source: thinkingPage,
  },
  {
    dialect: "gemini",
    model: ["gemini-3.*-pro*"],
    traits: { efforts: ["low", "medium", "high"] },
    source: thinkingPage,
  },
  {
    dialect: "gemini",
    model: ["gemini-3*", "gemini-4*"],
    traits: { call_signatures: "required" },
    source: signaturePage,
  },
  {
    dialect: "gemini",
    model: ["gemini-1*", "gemini-2*"],
    traits: { format_with_tools: false },
    source: "https://ai.google.dev/gemini-api/docs/structured-output#structured_outputs_with_tools",
  },
  {
    provider: "vertex",
    dialect: "gemini",
    model: ["gemini-1*", "gemini-2*"],
    traits: { call_ids: "none" },
    source: "https://github.com/googleapis/python-genai/blob/main/google/genai/models.py",
  },
];

/** Gemini by its OpenAI surface, at any provider. */
export const geminiRows: readonly TraitRow[] = [
  {
    dialect: "openai-chat",
    model: "gemini-*",
    traits: {
      reasoning: ["effort"],
      efforts: ["none", "minimal", "low", "medium", "high"],
      reasons_by_default: true,
    },
    source: page,
  },
  {
    dialect: "openai-chat",
    model: ["gemini-2.5-pro*", "gemini-3*"],
    traits: { efforts: ["minimal", "low", "medium", "high"] },
    source: page,
  },
  {
    dialect: "openai-chat",
    model: ["gemini-1*", "gemini-2.0*"],
    traits: { reasoning: [], efforts: [] },
    source: page,
  },
  {
    dialect: "openai-chat",
    model: "gemini-*",
    traits: { call_signatures: "taken" },
    source: "https://ai.google.dev/gemini-api/docs/thought-signatures",
  },
  {
    dialect: "openai-chat",
    model: "gemini-3*",
    traits: { call_signatures: "required" },
    source: "https://ai.google.dev/gemini-api/docs/thought-signatures",
  },
  {
    provider: ["gemini", "google"],
    dialect: "openai-chat",
    traits: {
      refuses: [
        ...["frequency_penalty", "presence_penalty", "logit_bias", "reasoning", "thinking", "top_k"],
        ...["prompt_cache_key", "safety_identifier", "store", "metadata"],
      ],
      cache_markers: [],
    },
    source: "https://github.com/MinLL/SkyrimNet-GamePlugin/issues/77",
  },
];
