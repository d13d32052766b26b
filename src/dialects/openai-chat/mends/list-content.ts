import { JsonNode, joinStrings } from "#lib/json-node";
import { at } from "../../fields";
import { between } from "./join-content";
import { roleOf, type TurnRule } from "./turn";

/** One text in the place of a list, for roles whose content may be no list. */
export const listContent: TurnRule = ({ list_content: roles }) => {
  if (roles === undefined) return undefined;
  const taken: readonly string[] = roles;
  return (turns, notes) => {
    for (const turn of turns) {
      const content = turn.node.get("content");
      const role = roleOf(turn) ?? "";
      if (content?.isArray !== true || taken.includes(role === "developer" ? "system" : role)) continue;
      const texts = content.elements().map((part, index) => {
        const text = textIn(part);
        if (text === undefined) notes.lost(at(`${turn.path}.content`, index));
        return text ?? noteOn(part);
      });
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

/** So that the model does not speak of what it cannot see. */
function noteOn(part: JsonNode): JsonNode {
  const kind = part.get("type")?.text() ?? "part";
  return JsonNode.of(`[Left out: ${kind.replace(/_url$|^input_/, "")}, which cannot be shown to you]`);
}
