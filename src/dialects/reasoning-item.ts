import type { ReasoningState } from "#core/completion";
import { isObject, stringOf, tryParseJson } from "#lib/json";

// OpenAI's state of reasoning is a text that it has encrypted, bound to the id of the item that it came with:
// https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items

const origin = "openai-responses";

export function stateOfItem(id: string | undefined, data: string): ReasoningState {
  return { origin, value: JSON.stringify({ id: id ?? "", data }), redacted: false };
}

/** Undefined for state of any other origin. */
export function itemOfState(state: ReasoningState): { readonly id: string; readonly data: string } | undefined {
  const item = state.origin === origin ? tryParseJson(state.value) : undefined;
  return isObject(item) ? { id: stringOf(item, "id") ?? "", data: stringOf(item, "data") ?? "" } : undefined;
}
