import type { TraitRow } from "../row";

const migration = "https://platform.claude.com/docs/en/about-claude/models/migration-guide";
const schemas = "https://platform.claude.com/docs/en/build-with-claude/structured-outputs";
const billing = "https://github.com/musistudio/claude-code-router/issues/1372";
const thinking = "https://platform.claude.com/docs/en/build-with-claude/extended-thinking";

const vision = "https://platform.claude.com/docs/en/build-with-claude/vision";

/** At any provider and in any dialect. */
export const claudeImageRows: readonly TraitRow[] = [
  { model: "*claude*", traits: { image_tokens: 4784, image_patch: 28 }, source: vision },
  {
    model: ["*claude-3*", "*claude-*-4-0*", "*claude-*-4-1*", "*claude-*-4-5*", "*claude-*-4-6*", "*claude-*-4-2025*"],
    traits: { image_tokens: 1600 },
    source: vision,
  },
];

/** The dialects in which Claude is asked in its own words. */
export const claudeDialects = ["anthropic-messages", "bedrock-converse", "bedrock-invoke"];

/** Claude by generation, at any provider: the newest first, whose row also applies to models that are not known yet. */
export const anthropicRows: readonly TraitRow[] = [
  {
    dialect: claudeDialects,
    model: "*claude*",
    traits: {
      reasoning: ["adaptive"],
      efforts: ["low", "medium", "high", "xhigh", "max"],
      reasons_by_default: false,
      refuses: ["temperature", "top_p", "top_k"],
      prefill: "refused",
      system_place: "anywhere",
      max_output: 128_000,
    },
    source: migration,
  },
  {
    dialect: claudeDialects,
    model: "*claude*",
    traits: {
      response_formats: ["json_schema"],
      strict_schemas: "closed",
      schema_keywords: [
        ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"],
        ...["minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "minProperties"],
        ...["maxProperties", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "if"],
        ...["then", "else", "not", "oneOf", "unevaluatedProperties", "unevaluatedItems", "format"],
      ],
    },
    source: schemas,
  },
  {
    dialect: claudeDialects,
    model: "*claude*",
    traits: { cache_marker_count: 4 },
    source: "https://github.com/vellum-ai/vellum-assistant/pull/18023",
  },
  {
    dialect: claudeDialects,
    model: "*claude*",
    traits: { tool_schema_top: "object" },
    source: "https://github.com/anthropics/claude-code/issues/40075",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-opus-5-5*", "*claude-opus-5.5*", "*claude-fable-5*"],
    traits: { can_stop_reasoning: false },
    source: "https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-opus-5-5*", "*claude-opus-5.5*", "*claude-fable-5-1*", "*claude-fable-5.1*"],
    traits: { forced_tools: "refused" },
    source: "https://github.com/vercel/ai/releases/tag/@ai-sdk%2Fanthropic@4.0.60",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-opus-4-7*", "*claude-opus-4.7*", "*claude-4.7*", "*claude-mythos-preview*"],
    traits: { system_place: "first" },
    source: "https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-*-4-6*", "*claude-*-4.6*", "*claude-4.6*"],
    traits: {
      reasoning: ["adaptive", "budget"],
      efforts: ["low", "medium", "high", "max"],
      refuses: [],
      refuses_while_reasoning: ["temperature", "top_p", "top_k"],
      exclusive: ["temperature", "top_p"],
      system_place: "first",
    },
    source: migration,
  },
  {
    dialect: claudeDialects,
    model: ["*claude-*-4-5*", "*claude-*-4.5*", "*claude-4.5*", "*claude-*-4-1*", "*claude-*-4.1*", "*claude-4.1*"],
    traits: {
      reasoning: ["budget"],
      efforts: [],
      refuses: [],
      refuses_while_reasoning: ["temperature", "top_p", "top_k"],
      exclusive: ["temperature", "top_p"],
      prefill: "taken",
      system_place: "first",
      max_output: 64_000,
    },
    source: "https://github.com/BerriAI/litellm/issues/15097",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-opus-4-5*", "*claude-opus-4.5*", "*claude-4.5-opus*"],
    traits: { efforts: ["low", "medium", "high"] },
    source: "https://platform.claude.com/docs/en/build-with-claude/effort",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-opus-4-1*", "*claude-opus-4.1*", "*claude-4.1-opus*"],
    traits: { max_output: 32_000 },
    source: "https://platform.claude.com/docs/en/about-claude/models/overview",
  },
  {
    dialect: claudeDialects,
    model: [
      ...["*claude-*-4", "*claude-*-4-0*", "*claude-*-4-2*", "*claude-*-4.0*", "*claude-*-4@*", "*claude-*-4:*"],
      ...["*claude-4-sonnet*", "*claude-4-opus*", "*claude-3*", "*claude-*-3*", "*claude-2*", "*claude-instant*"],
    ],
    traits: {
      reasoning: ["budget"],
      efforts: [],
      refuses: [],
      refuses_while_reasoning: ["temperature", "top_p", "top_k"],
      exclusive: [],
      prefill: "taken",
      system_place: "first",
      response_formats: [],
      strict_tools: false,
      max_output: 64_000,
    },
    source: thinking,
  },
  {
    dialect: claudeDialects,
    model: ["*claude-opus-4", "*claude-opus-4-0*", "*claude-opus-4-2*", "*claude-4-opus*"],
    traits: { max_output: 32_000 },
    source: "https://platform.claude.com/docs/en/about-claude/models/overview",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-3-5*", "*claude-3.5*", "*claude-*-3-5*"],
    traits: { reasoning: [], max_output: 8192 },
    source: "https://platform.claude.com/docs/en/about-claude/models/overview",
  },
  {
    dialect: claudeDialects,
    model: ["*claude-3-opus*", "*claude-3-sonnet*", "*claude-3-haiku*", "*claude-2*", "*claude-instant*"],
    traits: { reasoning: [], max_output: 4096 },
    source: "https://platform.claude.com/docs/en/about-claude/models/overview",
  },
  {
    dialect: "anthropic-messages",
    provider: "anthropic",
    traits: { thinking_state: "signed", tool_name_length: 128 },
    source: thinking,
  },
  {
    dialect: "anthropic-messages",
    provider: "anthropic",
    traits: { billing_line: true },
    source: billing,
  },
  {
    provider: "vertex",
    dialect: "anthropic-messages",
    traits: { messages_version: "vertex-2023-10-16" },
    source: "https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude",
  },
];
