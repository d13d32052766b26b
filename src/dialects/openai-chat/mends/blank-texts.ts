import type { JsonNode } from "#lib/json-node";
import type { Turn, TurnRule } from "./turn";

/** Leaves out texts of nothing but white space, and messages that hold nothing else. */
export const blankTexts: TurnRule = ({ blank_texts: blank = "taken" }) => {
  if (blank === "taken") return undefined;
  return (turns, notes) => {
    const kept = turns.filter((turn) => !isEmpty(turn));
    // The provider says better than we could what is wrong with a request that says nothing.
    if (kept.length === 0) return turns;
    for (const turn of turns) if (!kept.includes(turn)) notes.lost(turn.path);
    return kept;
  };
};

/** A message with results or calls says something, whatever its text. */
function isEmpty({ node }: Turn): boolean {
  const content = node.get("content");
  if (hasMore(node)) return false;
  if (content?.isArray !== true) return content === undefined || (content.text()?.trim() ?? "") === "";
  const parts = content.elements();
  const kept = parts.filter((part) => part.get("text")?.text()?.trim() !== "");
  if (kept.length > 0 && kept.length < parts.length) content.setElements(kept);
  return kept.length === 0;
}

function hasMore(message: JsonNode): boolean {
  return ["tool_calls", "tool_call_id", "function_call", "refusal", "audio"].some(
    (field) => (message.get(field)?.json() ?? undefined) !== undefined,
  );
}
