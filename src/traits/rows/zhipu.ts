import type { TraitRow } from "../row";

const formatter = "https://java.agentscope.io/v2/en/integration/model/glm";
const thinking = "https://docs.z.ai/guides/capabilities/thinking-mode";

/** GLM at its maker's. */
export const zhipuRows: readonly TraitRow[] = [
  {
    provider: ["zhipu", "zai"],
    dialect: "openai-chat",
    traits: {
      output_limit: "max_tokens",
      developer_role: "system",
      max_temperature: 1,
      forced_tools: "refused",
      strict_tools: false,
      stream_usage: false,
      refuses: ["frequency_penalty", "presence_penalty"],
      response_formats: ["json_object"],
      cache_markers: [],
    },
    source: formatter,
  },
  {
    provider: ["zhipu", "zai"],
    dialect: "openai-chat",
    traits: { reasoning: [], efforts: [], earlier_reasoning: "content" },
    source: thinking,
  },
  {
    provider: ["zhipu", "zai"],
    dialect: "openai-chat",
    model: ["glm-4.5*", "glm-4.6*", "glm-4.7*", "glm-5*"],
    traits: { reasoning: ["switch"], reasons_by_default: true },
    source: thinking,
  },
  {
    provider: ["zhipu", "zai"],
    dialect: "openai-chat",
    model: "glm-5.3*",
    traits: { reasoning: ["effort"], efforts: ["low", "high", "max"], can_stop_reasoning: false },
    source: "https://dev.to/aihubmix/glm-53-api-guide-always-on-thinking-3-effort-levels-and-the-support-matrix-1d8e",
  },
];
