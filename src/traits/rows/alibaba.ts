import type { TraitRow } from "../row";

const source = "https://github.com/langchain4j/langchain4j/issues/3974";

/** Qwen at its maker's. */
export const alibabaRows: readonly TraitRow[] = [
  {
    provider: ["alibaba", "dashscope"],
    dialect: "openai-chat",
    traits: { reasoning: [], efforts: [], cache_markers: [], developer_role: "system" },
    source,
  },
  {
    provider: ["alibaba", "dashscope"],
    dialect: "openai-chat",
    model: ["qwen-plus*", "qwen-turbo*", "qwen-flash*", "qwen3-max*", "qwen3.*"],
    traits: { reasoning: ["flag"] },
    source,
  },
  {
    provider: ["alibaba", "dashscope"],
    dialect: "openai-chat",
    model: "qwen3-*b",
    traits: { reasoning: ["flag"], reasons_by_default: true, reasoning_whole: false },
    source,
  },
];
