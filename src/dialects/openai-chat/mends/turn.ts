import type { JsonNode } from "#lib/json-node";
import type { Traits } from "#traits/vocabulary";
import type { MendNotes } from "../../mend";

/** A message with the path that it came under. */
export type Turn = { readonly node: JsonNode; readonly path: string };

/** Changes messages where they stand, or gives others in their place. */
export type TurnStep = (turns: readonly Turn[], notes: MendNotes) => readonly Turn[];

/** Undefined where the traits ask for nothing. */
export type TurnRule = (traits: Traits) => TurnStep | undefined;

export function roleOf({ node }: Turn): string | undefined {
  return node.get("role")?.text();
}
