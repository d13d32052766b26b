import type { TraitRow } from "../row";

/** What holds for every provider of a dialect that no later row speaks of. */
export const dialectRows: readonly TraitRow[] = [
  {
    dialect: "openai-chat",
    way: "translated",
    traits: {
      reasoning: ["effort"],
      efforts: ["low", "medium", "high"],
      system_place: "first",
      call_ids: "40-characters",
      tool_name_length: 64,
      user_length: 64,
      strict_schemas: "complete",
    },
    source: "https://platform.openai.com/docs/api-reference/chat/create",
  },
  {
    dialect: ["anthropic-messages", "bedrock-invoke"],
    traits: {
      blank_texts: "refused",
      image_types: ["image/jpeg", "image/png", "image/gif", "image/webp"],
      max_temperature: 1,
      thinking_state: "any",
    },
    source: "https://platform.claude.com/docs/en/api/messages/create",
  },
  {
    dialect: ["anthropic-messages", "bedrock-invoke"],
    traits: { billing_line: false },
    source: "https://github.com/musistudio/claude-code-router/issues/1372",
  },
  {
    dialect: ["anthropic-messages", "bedrock-invoke"],
    way: "translated",
    traits: { reasoning: ["budget"], efforts: [], tool_name_length: 64, system_place: "first" },
    source: "https://platform.claude.com/docs/en/build-with-claude/extended-thinking",
  },
  {
    dialect: "gemini",
    way: "translated",
    traits: { tool_name_length: 64, max_stops: 5 },
    source: "https://ai.google.dev/api/caching#FunctionDeclaration",
  },
  {
    dialect: "bedrock-converse",
    traits: { blank_texts: "refused", max_temperature: 1, tool_name_length: 64 },
    source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html",
  },
];
