import type { TraitRow } from "../row";

const api = "https://api-docs.deepseek.com/api/create-chat-completion";

export const deepseekRows: readonly TraitRow[] = [
  {
    provider: "deepseek",
    dialect: "openai-chat",
    traits: {
      output_limit: "max_tokens",
      developer_role: "system",
      response_formats: ["json_object"],
      max_stops: 16,
      cache_markers: [],
    },
    source: api,
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    traits: { list_content: [] },
    source: "https://github.com/BerriAI/litellm/issues/6642",
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    traits: { earlier_reasoning: "content", reasoning: ["switch"], efforts: [], reasons_by_default: false },
    source: "https://api-docs.deepseek.com/guides/thinking_mode",
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    model: "deepseek-chat*",
    traits: { max_output: 8192 },
    source: "https://api-docs.deepseek.com/quick_start/pricing",
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    model: "deepseek-reasoner*",
    traits: { reasoning: [], reasons_by_default: true, refuses: ["logprobs", "top_logprobs"], max_output: 65_536 },
    source: "https://api-docs.deepseek.com/guides/reasoning_model",
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    model: "deepseek-v4*",
    traits: { reasoning: ["switch", "effort"], efforts: ["high", "max"], reasons_by_default: true },
    source: "https://api-docs.deepseek.com/guides/thinking_mode",
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    traits: { forced_tools: "unless-reasoning" },
    source: "https://github.com/deepseek-ai/DeepSeek-V3/issues/1376",
  },
  {
    provider: "deepseek",
    dialect: "openai-chat",
    traits: { reasoning_of_calls: "required" },
    source: "https://github.com/anomalyco/opencode/issues/24722",
  },
];
