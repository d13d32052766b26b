import type { ReasoningState } from "#core/completion";
import { type JsonObject, stringOf } from "#lib/json";
import { itemOfState, stateOfItem } from "../reasoning-item";

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
  return stateOfItem(stringOf(item, "id"), content);
}

/** Whether encrypted content is the labelled state of another dialect. */
export function isLabelledState(content: string): boolean {
  return label.test(content);
}

/** The `encrypted_content` of a client's item of this id. OpenAI's own that came with another is labelled as well. */
export function writeState(state: ReasoningState, id: string | undefined): string {
  const own = itemOfState(state);
  if (own !== undefined && (own.id === "" || own.id === id)) return own.data;
  return `headgate.${state.origin}.${state.redacted ? "redacted" : "open"}.${state.value}`;
}
