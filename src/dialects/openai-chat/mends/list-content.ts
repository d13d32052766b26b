import { type JsonNode, joinStrings } from "#lib/json-node";
import { between } from "./join-content";
import { roleOf, type TurnRule } from "./turn";

/** One text in the place of a list of texts, for roles whose content may be no list. */
export const listContent: TurnRule = ({ list_content: roles }) => {
  if (roles === undefined) return undefined;
  const taken: readonly string[] = roles;
  return (turns, notes) => {
    for (const turn of turns) {
      const content = turn.node.get("content");
      const role = roleOf(turn) ?? "";
      if (content?.isArray !== true || taken.includes(role === "developer" ? "system" : role)) continue;
      const texts = content.elements().map(textIn);
      if (!texts.every((text) => text !== undefined)) continue;
      // What a model said goes on without a break; what others say are paragraphs.
      content.replace(joinStrings(texts, role === "assistant" ? "" : between));
      notes.respelled(`${turn.path}.content`);
    }
    return turns;
  };
};

function textIn(part: JsonNode): JsonNode | undefined {
  const text = part.get("type")?.text() === "text" ? part.get("text") : undefined;
  return text?.isString === true ? text : undefined;
}
