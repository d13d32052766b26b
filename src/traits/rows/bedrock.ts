import type { TraitRow } from "../row";

/** Models of others than Anthropic by Converse. */
export const bedrockRows: readonly TraitRow[] = [
  // By name alone: an inference profile of an application has none, and may be Claude's.
  {
    dialect: "bedrock-converse",
    model: [
      "*nova*",
      "*gpt-oss*",
      "*deepseek*",
      "*qwen*",
      "*kimi*",
      "*minimax*",
      "*glm*",
      "*llama*",
      "*mistral*",
      "*magistral*",
    ],
    traits: { thinking_state: "unsigned" },
    source: "https://github.com/badlogic/pi-mono/issues/686",
  },
  {
    dialect: "bedrock-converse",
    model: "*nova-2-*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], reasons_by_default: false },
    source: "https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html",
  },
  {
    dialect: "bedrock-converse",
    model: ["*nova-micro-v1*", "*nova-lite-v1*", "*nova-pro-v1*", "*nova-premier-v1*"],
    traits: { reasoning: [] },
    source: "https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html",
  },
  {
    dialect: "bedrock-converse",
    model: "*gpt-oss*",
    traits: { reasoning: ["effort"], efforts: ["low", "medium", "high"], reasons_by_default: true },
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html",
  },
];
