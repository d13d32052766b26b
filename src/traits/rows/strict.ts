import type { TraitRow } from "../row";

/** Providers that refuse what they do not know, or what does not alternate. */
export const strictRows: readonly TraitRow[] = [
  {
    provider: "vllm",
    dialect: "openai-chat",
    model: "qwen3*",
    traits: { reasoning: ["template"], efforts: [], reasons_by_default: true },
    source: "https://docs.vllm.ai/en/v0.26.0/features/reasoning_outputs/",
  },
  {
    provider: "minimax",
    traits: { max_temperature: 1 },
    source: "https://platform.minimax.io/docs/api-reference/text-chat",
  },
  {
    provider: "perplexity",
    traits: {
      output_limit: "max_tokens",
      stream_usage: false,
      developer_role: "system",
      system_place: "first",
      role_order: "alternating",
      prefill: "refused",
      list_content: ["user"],
      cache_markers: [],
    },
    source: "https://docs.perplexity.ai/api-reference/chat-completions-post",
  },
  {
    provider: "perplexity",
    traits: { tools: "refused" },
    source: "https://github.com/pipecat-ai/pipecat/pull/4862",
  },
  {
    provider: "perplexity",
    traits: { reasoning: [], efforts: [] },
    source: "https://docs.perplexity.ai/api-reference/chat-completions-post",
  },
  {
    provider: "perplexity",
    model: ["sonar-deep-research*", "sonar-reasoning*"],
    traits: { reasoning: ["effort"], efforts: ["minimal", "low", "medium", "high"], reasons_by_default: true },
    source: "https://docs.perplexity.ai/api-reference/chat-completions-post",
  },
  {
    provider: "cerebras",
    traits: {
      refuses: [
        ...["frequency_penalty", "presence_penalty", "logit_bias", "service_tier", "prompt_cache_key", "verbosity"],
        ...["store", "metadata", "thinking", "reasoning"],
      ],
      list_content: [],
      cache_markers: [],
      message_fields: ["role", "content", "name", "tool_calls", "tool_call_id", "reasoning"],
    },
    source: "https://inference-docs.cerebras.ai/resources/openai",
  },
  {
    provider: "cerebras",
    traits: { reasoning: [], efforts: [] },
    source: "https://inference-docs.cerebras.ai/capabilities/reasoning",
  },
  {
    provider: "cerebras",
    model: "gpt-oss*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], reasons_by_default: true },
    source: "https://inference-docs.cerebras.ai/capabilities/reasoning",
  },
  {
    provider: "cerebras",
    model: "zai-glm*",
    traits: { reasoning: ["effort"], efforts: ["none"], reasons_by_default: true },
    source: "https://inference-docs.cerebras.ai/capabilities/reasoning",
  },
];
