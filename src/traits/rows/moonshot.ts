import type { TraitRow } from "../row";

const fixed = ["temperature", "top_p", "n", "presence_penalty", "frequency_penalty"];
const efforts = "https://docs.rs/synaps-engine/0.7.0/src/agent_engine/runtime/openai/catalog/kimi.rs.html";

/** Kimi at its maker's. */
export const moonshotRows: readonly TraitRow[] = [
  {
    provider: "moonshot",
    dialect: "openai-chat",
    traits: { max_temperature: 1, cache_markers: [], developer_role: "system" },
    source: "https://platform.moonshot.cn/docs/guide/migrating-from-openai-to-kimi",
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    traits: { reasoning: [], efforts: [], earlier_reasoning: "content", strict_tools: false },
    source: "https://java.agentscope.io/v2/en/integration/model/kimi",
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    model: ["kimi-k2.5*", "kimi-k2.6*", "kimi-k2.7*", "kimi-k3*"],
    traits: { refuses: fixed },
    source: "https://github.com/BerriAI/litellm/pull/29687",
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    model: ["kimi-k2-thinking*", "kimi-k2.7*"],
    traits: { reasons_by_default: true, can_stop_reasoning: false },
    source: "https://platform.moonshot.cn/docs/guide/use-kimi-k2-thinking-model",
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    model: ["kimi-k2.5*", "kimi-k2.6*"],
    traits: { reasoning: ["switch"], reasons_by_default: true },
    source: "https://platform.moonshot.cn/docs/guide/use-kimi-k2-thinking-model",
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    model: "kimi-k3*",
    traits: {
      reasoning: ["effort"],
      efforts: ["low", "high", "max"],
      reasons_by_default: true,
      can_stop_reasoning: false,
    },
    source: efforts,
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    model: ["kimi-k2-thinking*", "kimi-k2.*", "kimi-k3*"],
    traits: { forced_tools: "unless-reasoning" },
    source: "https://gitcode.com/tonyliux/oh-my-pi/blob/main/packages/ai/test/issue-827-repro.test.ts",
  },
  {
    provider: "moonshot",
    dialect: "openai-chat",
    model: ["kimi-k2-thinking*", "kimi-k2.*", "kimi-k3*"],
    traits: { reasoning_of_calls: "not-empty" },
    source: "https://github.com/theopenco/llmgateway/pull/2093",
  },
];
