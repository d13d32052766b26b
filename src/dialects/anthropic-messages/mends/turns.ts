import type { JsonNode } from "#lib/json-node";
import { at } from "../../fields";
import type { MendNotes, MendRule } from "../../mend";

/** A message with the path that it came under. */
export type Turn = { readonly node: JsonNode; readonly path: string };

/** A rule that changes messages where they stand, or gives others in their place. */
export function turnRule(
  concerns: (bytes: Buffer) => boolean,
  step: (turns: readonly Turn[], notes: MendNotes) => readonly Turn[],
): ReturnType<MendRule> {
  return {
    fields: ["messages"],
    concerns,
    apply: (body, notes) => {
      const messages = body.get("messages");
      const before = messages?.elements() ?? [];
      const after = step(
        before.map((node, index) => ({ node, path: at("messages", index) })),
        notes,
      );
      const isSame = after.length === before.length && after.every(({ node }, index) => node === before[index]);
      if (!isSame) messages?.setElements(after.map(({ node }) => node));
    },
  };
}

/** Shows every block of a message's content, and those of results in it. */
export function eachBlock(content: JsonNode | undefined, path: string, visit: (block: JsonNode, path: string) => void) {
  for (const [index, block] of (content?.elements() ?? []).entries()) {
    const place = at(path, index);
    visit(block, place);
    if (block.get("type")?.text() === "tool_result") eachBlock(block.get("content"), `${place}.content`, visit);
  }
}

/** The message without blocks that are not wanted; undefined where nothing is left of it. */
export function keepBlocks(
  { node, path }: Turn,
  isKept: (block: JsonNode, path: string) => boolean,
): JsonNode | undefined {
  const content = node.get("content");
  const blocks = content?.elements() ?? [];
  const kept = blocks.filter((block, index) => isKept(block, at(`${path}.content`, index)));
  if (kept.length === blocks.length) return node;
  if (kept.length === 0) return undefined;
  content?.setElements(kept);
  return node;
}

/** A turn without the blocks whose state is refused, which are named; none where nothing is left of it. */
export function withoutState(
  turn: Turn,
  stateOf: (block: JsonNode) => string | undefined,
  isRefused: (state: string) => boolean,
  notes: MendNotes,
): readonly Turn[] {
  const node = keepBlocks(turn, (block, path) => {
    const state = stateOf(block);
    if (state === undefined || !isRefused(state)) return true;
    notes.lost(path);
    return false;
  });
  return node === undefined ? [] : [turn];
}
