import type { TraitRow } from "../row";

const compatibility = "https://console.groq.com/docs/openai";

export const groqRows: readonly TraitRow[] = [
  {
    provider: "groq",
    traits: {
      refuses: ["logprobs", "logit_bias", "top_logprobs"],
      message_fields: ["role", "content", "tool_calls", "tool_call_id", "reasoning", "function_call"],
      max_stops: 4,
      cache_markers: [],
    },
    source: compatibility,
  },
  {
    provider: "groq",
    traits: {
      fields: [
        ...["model", "messages", "citation_options", "compound_custom", "disable_tool_validation", "documents"],
        ...["exclude_domains", "frequency_penalty", "function_call", "functions", "include_domains"],
        ...["include_reasoning", "max_completion_tokens", "max_tokens", "metadata", "n", "parallel_tool_calls"],
        ...["presence_penalty", "reasoning_effort", "reasoning_format", "response_format", "search_settings", "seed"],
        ...["service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice", "tools"],
        ...["top_p", "user"],
      ],
      service_tiers: ["auto", "on_demand", "flex", "performance"],
    },
    source: "https://console.groq.com/docs/api-reference",
  },
  {
    provider: "groq",
    traits: { list_content: ["user"] },
    source: "https://github.com/BerriAI/litellm/issues/11236",
  },
  {
    provider: "groq",
    traits: { response_formats: ["json_object"] },
    source: "https://console.groq.com/docs/structured-outputs",
  },
  {
    provider: "groq",
    model: ["gpt-oss*", "llama-4*", "kimi-k2*"],
    traits: { response_formats: ["json_object", "json_schema"] },
    source: "https://console.groq.com/docs/structured-outputs",
  },
  {
    provider: "groq",
    traits: { reasoning: [], efforts: [] },
    source: "https://console.groq.com/docs/reasoning",
  },
  {
    provider: "groq",
    model: "gpt-oss*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], reasons_by_default: true },
    source: "https://console.groq.com/docs/reasoning",
  },
  {
    provider: "groq",
    model: "qwen3*",
    traits: { reasoning: ["effort"], efforts: ["none", "default"], reasons_by_default: true },
    source: "https://console.groq.com/docs/reasoning",
  },
];
