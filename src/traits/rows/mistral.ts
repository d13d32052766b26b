import type { TraitRow } from "../row";

const api = "https://docs.mistral.ai/api/";

export const mistralRows: readonly TraitRow[] = [
  {
    provider: "mistral",
    traits: {
      output_limit: "max_tokens",
      stream_usage: false,
      seed: "random_seed",
      max_temperature: 1.5,
      service_tiers: ["auto", "standard_only"],
      cache_markers: [],
      fields: [
        ...["model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata"],
        ...["response_format", "tools", "tool_choice", "presence_penalty", "frequency_penalty", "n", "prediction"],
        ...["parallel_tool_calls", "reasoning_effort", "prompt_mode", "guardrails", "prompt_cache_key", "safe_prompt"],
        ...["service_tier"],
      ],
      message_fields: ["role", "content", "tool_calls", "prefix", "tool_call_id", "tool.name"],
    },
    source: api,
  },
  {
    provider: "mistral",
    traits: { developer_role: "system", system_place: "first", role_order: "no-user-after-tool", prefill: "marked" },
    source: "https://github.com/zed-industries/zed/issues/37021",
  },
  {
    provider: "mistral",
    traits: { call_ids: "9-letters", tool_name_length: 64, blank_texts: "refused" },
    source: "https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/protocol/instruct/validator.py",
  },
  {
    provider: "mistral",
    traits: { document_urls: true, document_parts: "document_url" },
    source: "https://docs.mistral.ai/studio/document-processing/document-qna",
  },
  {
    provider: "mistral",
    traits: { reasoning: [], efforts: [] },
    source: "https://docs.mistral.ai/capabilities/reasoning/",
  },
  {
    provider: "mistral",
    model: ["mistral-small-latest", "mistral-small-26*", "mistral-medium-26*", "mistral-medium-3-5*"],
    traits: { reasoning: ["effort"], efforts: ["none", "high"], reasons_by_default: false },
    source: "https://docs.mistral.ai/capabilities/reasoning/",
  },
];
