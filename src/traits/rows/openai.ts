import type { TraitRow } from "../row";
import type { Traits } from "../vocabulary";

const parameters = "https://platform.openai.com/docs/guides/reasoning";

/** Refused by models that reason. */
const sampling = [
  ...["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias"],
];

/** By generation, at any provider. */
export const openaiModelRows: readonly TraitRow[] = [
  {
    dialect: "openai-chat",
    model: ["gpt-3.5*", "gpt-4*", "chatgpt-4o*", "gpt-5-chat*", "gpt-5.3-chat*"],
    traits: { reasoning: [], efforts: [] },
    source: "https://github.com/BerriAI/litellm/issues/38842",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-3.5-turbo*", "gpt-4-turbo*", "gpt-4-0125*", "gpt-4-1106*"],
    traits: { max_output: 4096 },
    source: "https://platform.openai.com/docs/models/gpt-4-turbo",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-4o*", "chatgpt-4o*"],
    traits: { max_output: 16_384 },
    source: "https://platform.openai.com/docs/models/gpt-4o",
  },
  {
    dialect: "openai-chat",
    model: "gpt-4.1*",
    traits: { max_output: 32_768 },
    source: "https://platform.openai.com/docs/models/gpt-4.1",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-4o-search*", "gpt-4o-mini-search*", "gpt-5-search*"],
    traits: { refuses: [...sampling, "n", "seed", "stop", "parallel_tool_calls"], reasoning: [] },
    source: "https://github.com/BerriAI/litellm/issues/9295",
  },
  {
    dialect: "openai-chat",
    model: ["o1*", "o3*", "o4*"],
    traits: {
      reasoning: ["effort"],
      efforts: ["low", "medium", "high"],
      reasons_by_default: true,
      refuses: [...sampling, "parallel_tool_calls"],
      output_limit: "max_completion_tokens",
      max_output: 100_000,
    },
    source: parameters,
  },
  {
    dialect: "openai-chat",
    model: ["o3", "o3-2025*", "o4-mini*"],
    traits: { refuses: [...sampling, "parallel_tool_calls", "stop"] },
    source: "https://platform.openai.com/docs/api-reference/chat/create#chat_create-stop",
  },
  {
    dialect: "openai-chat",
    model: ["o1-mini*", "o1-preview*"],
    traits: { reasoning: [], efforts: [], developer_role: "user", max_output: 65_536 },
    source: "https://github.com/BerriAI/litellm/issues/5643",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5", "gpt-5-2025*", "gpt-5-mini*", "gpt-5-nano*", "gpt-5-pro*", "gpt-5-codex*"],
    traits: {
      reasoning: ["effort"],
      efforts: ["minimal", "low", "medium", "high"],
      reasons_by_default: true,
      refuses: [...sampling, "stop"],
      output_limit: "max_completion_tokens",
      max_output: 128_000,
    },
    source: parameters,
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5.*", "gpt-6*"],
    traits: {
      reasoning: ["effort"],
      efforts: ["none", "low", "medium", "high", "xhigh"],
      reasons_by_default: false,
      refuses_while_reasoning: ["temperature", "top_p", "logprobs", "top_logprobs"],
      output_limit: "max_completion_tokens",
      max_output: 128_000,
    },
    source: "https://platform.openai.com/docs/guides/latest-model",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5.*", "gpt-6*"],
    traits: { refuses: ["presence_penalty", "frequency_penalty", "logit_bias", "stop"] },
    source: "https://github.com/huggingface/smolagents/pull/1868",
  },
  {
    dialect: "openai-chat",
    model: "gpt-5.1*",
    traits: { efforts: ["none", "low", "medium", "high"] },
    source: "https://platform.openai.com/docs/models/gpt-5.1",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5.1-codex*", "gpt-5.2-codex*"],
    traits: { efforts: ["low", "medium", "high"], reasons_by_default: true, refuses: [...sampling, "stop"] },
    source: "https://platform.openai.com/docs/models/gpt-5.1-codex",
  },
  {
    dialect: "openai-chat",
    model: "gpt-5.*-pro*",
    traits: { efforts: ["medium", "high", "xhigh"], reasons_by_default: true, refuses: [...sampling, "stop"] },
    source: "https://platform.openai.com/docs/models/gpt-5.2-pro",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5.1-chat*", "gpt-5.2-chat*"],
    traits: { efforts: ["medium"], reasons_by_default: true, refuses: [...sampling, "stop"] },
    source: "https://platform.openai.com/docs/models/gpt-5.2-chat-latest",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5.4*", "gpt-5.5*"],
    traits: { effort_with_tools: false },
    source: "https://github.com/pipecat-ai/pipecat/issues/4043",
  },
  {
    dialect: "openai-chat",
    model: ["gpt-5.6*", "gpt-6*"],
    traits: { reasons_by_default: true, effort_with_tools: false },
    source: "https://github.com/itzcrazykns/vane/issues/1173",
  },
];

/** At OpenAI, and where its models run. */
export const openaiFreeFormRows: readonly TraitRow[] = [
  {
    provider: ["openai", "azure-openai"],
    dialect: "openai-chat",
    model: ["gpt-5*", "gpt-6*"],
    traits: { free_form_tools: true },
    source: "https://platform.openai.com/docs/guides/function-calling#custom-tools",
  },
];

const encodings = "https://github.com/openai/tiktoken/blob/main/tiktoken/model.py";

/** At any provider. */
export const openaiTokenizerRows: readonly TraitRow[] = [
  {
    model: ["gpt-4o*", "chatgpt-4o*", "gpt-4.1*", "gpt-4.5*", "gpt-5", "gpt-5-*", "o1*", "o3*", "o4-mini*"],
    traits: { tokenizer: "o200k" },
    source: encodings,
  },
  {
    model: ["gpt-4", "gpt-4-*", "gpt-3.5*", "gpt-35*", "text-embedding-3-*", "text-embedding-ada-002"],
    traits: { tokenizer: "cl100k" },
    source: encodings,
  },
];

const images = "https://platform.openai.com/docs/guides/images-vision#calculating-costs";
const measuredImages = "https://huggingface.co/datasets/JOHNISKING/image-token-cost";

/** So many tokens, and for each of the eight tiles there can be. */
const tiles = (image_base: number, image_patch_tokens: number): Traits => ({
  image_tokens: image_base + 8 * image_patch_tokens,
  image_base,
  image_patch: 512,
  image_patch_tokens,
  image_fit: "short-768",
});

/** At most 1,536 squares of 32 pixels, of so many tokens each. */
const patches = (image_patch_tokens: number): Traits => ({
  image_tokens: Math.ceil(1536 * image_patch_tokens),
  image_base: 0,
  image_patch: 32,
  image_patch_tokens,
  image_fit: "as-it-is",
});

export const openaiImageRows: readonly TraitRow[] = [
  {
    model: ["gpt-4o*", "chatgpt-4o*", "gpt-4.1*", "gpt-4.5*", "gpt-4-turbo*"],
    traits: tiles(85, 170),
    source: images,
  },
  { model: "gpt-4o-mini*", traits: tiles(2833, 5667), source: images },
  { model: "gpt-4.1-mini*", traits: patches(1.62), source: images },
  { model: "gpt-4.1-nano*", traits: patches(2.46), source: images },
  { model: ["o1*", "o3*"], traits: tiles(75, 150), source: images },
  { model: ["o4-mini*", "codex-mini*"], traits: patches(1.72), source: images },
  { model: "computer-use-preview*", traits: tiles(65, 129), source: images },
  {
    model: ["gpt-5", "gpt-5-2025*", "gpt-5-chat*", "gpt-5-pro*", "gpt-5-codex*"],
    traits: tiles(70, 140),
    source: images,
  },
  { model: "gpt-5-mini*", traits: patches(1.62), source: images },
  { model: "gpt-5-nano*", traits: patches(2.46), source: images },
  {
    // Some count tiles and some squares, up to 10,000 of them: whatever it is, it is no more than this.
    model: "gpt-5.*",
    traits: { image_tokens: 24_600, image_base: 70 + 8 * 140, image_patch: 32, image_patch_tokens: 2.46 },
    source: images,
  },
  {
    // All squares of the image as it is: there is no most.
    model: "gpt-6*",
    traits: { image_patch: 32, image_patch_tokens: 1.2 },
    source: measuredImages,
  },
];

/** The provider itself, and providers that serve its models alike. */
export const openaiRows: readonly TraitRow[] = [
  {
    provider: ["openai", "azure-openai"],
    dialect: "openai-chat",
    traits: {
      output_limit: "either",
      call_ids: "40-characters",
      tool_name_length: 64,
      user_length: 64,
      max_stops: 4,
      service_tiers: ["auto", "default", "flex", "scale", "priority"],
      strict_schemas: "complete",
      system_place: "anywhere",
    },
    source: "https://platform.openai.com/docs/api-reference/chat/create",
  },
  {
    provider: ["openai", "azure-openai"],
    dialect: "openai-chat",
    traits: { metadata: "with-store" },
    source: "https://github.com/QwenLM/qwen-code/issues/243",
  },
  {
    provider: ["openai", "azure-openai"],
    dialect: ["openai-chat", "openai-responses"],
    traits: { tool_schema_top: "object" },
    source: "https://github.com/langchain-ai/langchainjs/issues/9804",
  },
  {
    provider: ["openai", "azure-openai"],
    dialect: "openai-chat",
    traits: { cache_markers: [] },
    source: "https://github.com/BerriAI/litellm/blob/main/litellm/llms/openai/chat/gpt_transformation.py",
  },
  ...openaiModelRows,
];

/** Of Responses, at any provider that speaks it. */
export const responsesRows: readonly TraitRow[] = [
  {
    dialect: "openai-responses",
    way: "translated",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], tool_name_length: 64 },
    source: "https://platform.openai.com/docs/api-reference/responses/create",
  },
  {
    dialect: "openai-responses",
    model: ["gpt-5", "gpt-5-2025*", "gpt-5-mini*", "gpt-5-nano*", "gpt-5-codex*"],
    traits: { efforts: ["minimal", "low", "medium", "high"], reasons_by_default: true },
    source: "https://platform.openai.com/docs/guides/reasoning",
  },
  {
    dialect: "openai-responses",
    model: ["gpt-5.*", "gpt-6*"],
    traits: { efforts: ["none", "low", "medium", "high", "xhigh"], reasons_by_default: false },
    source: "https://platform.openai.com/docs/guides/latest-model",
  },
  {
    provider: "groq",
    dialect: "openai-responses",
    traits: { refuses: ["store", "truncation", "include", "safety_identifier", "prompt_cache_key"] },
    source: "https://console.groq.com/docs/responses-api",
  },
  {
    dialect: "openai-responses",
    way: "translated",
    model: ["o1*", "o3*", "o4*", "gpt-5", "gpt-5-2025*", "gpt-5-mini*", "gpt-5-nano*", "gpt-5-pro*", "gpt-5-codex*"],
    traits: { refuses: ["temperature", "top_p", "top_logprobs"] },
    source: "https://platform.openai.com/docs/guides/reasoning",
  },
  {
    dialect: "openai-responses",
    model: ["gpt-3.5*", "gpt-4*", "chatgpt-4o*", "gpt-5-chat*"],
    traits: { reasoning: [] },
    source: "https://platform.openai.com/docs/guides/reasoning",
  },
  {
    provider: ["openai", "azure-openai"],
    dialect: "openai-responses",
    model: ["o1*", "o3*", "o4*", "gpt-5*", "gpt-6*", "codex*"],
    traits: { encrypted_reasoning: true },
    source: "https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items",
  },
  {
    provider: ["openai", "azure-openai"],
    dialect: "openai-responses",
    model: ["gpt-5.3-codex*", "gpt-5.4*", "gpt-5.5*", "gpt-5.6*", "gpt-6*"],
    traits: { message_phases: true },
    source: "https://github.com/pydantic/pydantic-ai/pull/5229",
  },
];
