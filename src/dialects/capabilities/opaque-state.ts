import type { DialectId, ReasoningState } from "#core/completion";

/** How the state of a dialect's own providers looks, where it is no plain text. */
const values: { readonly [dialect: DialectId]: string } = {
  // An entry of `reasoning_details`: https://openrouter.ai/docs/use-cases/reasoning-tokens
  "openai-chat": '{"type":"reasoning.encrypted","data":"c3RhdGU=","format":"unknown","index":0}',
};

/** Opaque state of reasoning as a provider of this dialect would have given it. */
export function opaqueState(origin: DialectId, redacted: boolean): ReasoningState {
  return { origin, value: values[origin] ?? "c3RhdGU=", redacted };
}
