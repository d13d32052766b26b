import type { JsonNode } from "#lib/json-node";
import { joinContent } from "./join-content";
import { roleOf, type Turn, type TurnRule } from "./turn";

/** Which roles may follow each other. */
export const roleOrder: TurnRule = ({ role_order: order = "any" }) => {
  if (order === "any") return undefined;
  const joins = order === "alternating" ? isSameSpeaker : isUserAfterTool;
  return (turns, notes) => {
    const joined: Turn[] = [];
    for (const turn of turns) {
      const last = joined.at(-1);
      if (last === undefined || !joins(roleOf(last), roleOf(turn))) joined.push(turn);
      else {
        joinTurn(last.node, turn.node);
        notes.respelled(turn.path);
      }
    }
    return joined;
  };
};

function isSameSpeaker(last: string | undefined, role: string | undefined): boolean {
  return last === role && (role === "user" || role === "assistant");
}

function isUserAfterTool(last: string | undefined, role: string | undefined): boolean {
  return last === "tool" && role === "user";
}

/** What else the later message has, its calls above all, goes with it. */
function joinTurn(message: JsonNode, other: JsonNode): void {
  joinContent(message, other);
  const calls = other.get("tool_calls");
  if (calls === undefined) return;
  const earlier = message.get("tool_calls");
  if (earlier === undefined) message.set("tool_calls", calls);
  else earlier.setElements([...earlier.elements(), ...calls.elements()]);
}
