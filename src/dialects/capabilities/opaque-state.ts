import type { DialectId, ReasoningState } from "#core/completion";

/** How the state of a dialect's own providers looks, where it is no plain text. */
const values: { readonly [dialect: DialectId]: string } = {
  // An entry of `reasoning_details`: https://openrouter.ai/docs/use-cases/reasoning-tokens
  "openai-chat": '{"type":"reasoning.encrypted","data":"c3RhdGU=","format":"unknown","index":0}',
  // An item's id beside what it keeps encrypted (`dialects/reasoning-item.ts`).
  "openai-responses": '{"id":"rs_1","data":"c3RhdGU="}',
};

/** Whose state a dialect's providers give, where it is not the dialect's own: Claude's is the same wherever it is served. */
const origins: { readonly [dialect: DialectId]: DialectId } = {
  "bedrock-converse": "anthropic-messages",
  "bedrock-invoke": "anthropic-messages",
};

/** Opaque state of reasoning as a provider of this dialect would have given it. */
export function opaqueState(dialect: DialectId, redacted: boolean): ReasoningState {
  return { origin: origins[dialect] ?? dialect, value: values[dialect] ?? "c3RhdGU=", redacted };
}
