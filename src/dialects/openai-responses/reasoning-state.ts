import type { ReasoningState } from "#core/completion";
import { isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import { dialect } from "./wire";

// A client keeps the state of reasoning as `encrypted_content` and sends it back with its item:
// https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items
// OpenAI's own is bound to the item's id. That of other dialects is labelled, so that it finds back to its origin.

const label = /^headgate\.([a-z0-9-]+)\.(open|redacted)\./;

/** The state that a reasoning item carries; undefined for one without. */
export function readState(item: JsonObject): ReasoningState | undefined {
  const content = stringOf(item, "encrypted_content") ?? "";
  if (content === "") return undefined;
  const [head = "", origin, form] = label.exec(content) ?? [];
  if (origin !== undefined) return { origin, value: content.slice(head.length), redacted: form === "redacted" };
  const value = JSON.stringify({ id: stringOf(item, "id") ?? "", encrypted_content: content });
  return { origin: dialect, value, redacted: false };
}

/** The `encrypted_content` of an item for a client. */
export function writeState(state: ReasoningState): string {
  const own = ownState(state);
  if (own !== undefined) return own.content;
  return `headgate.${state.origin}.${state.redacted ? "redacted" : "open"}.${state.value}`;
}

/** The id and content of an item that OpenAI's kind made; undefined for state of any other origin. */
export function ownState({
  origin,
  value,
}: ReasoningState): { readonly id: string; readonly content: string } | undefined {
  const item = origin === dialect ? tryParseJson(value) : undefined;
  if (!isObject(item)) return undefined;
  return { id: stringOf(item, "id") ?? "", content: stringOf(item, "encrypted_content") ?? "" };
}
