import type { JsonNode } from "#lib/json-node";
import { joinContent } from "./join-content";
import { roleOf, type Turn, type TurnRule } from "./turn";

/** Which roles may follow each other. */
export const roleOrder: TurnRule = ({ role_order: order = "any" }) => {
  if (order === "any") return undefined;
  const joins = order === "alternating" ? isSameSpeaker : isUserAfterTool;
  return (turns, notes) => {
    const joined: Turn[] = [];
    let behind: JsonNode[] = [];
    for (const turn of turns) {
      const last = joined.at(-1);
      if (last !== undefined && joins(roleOf(last), roleOf(turn))) {
        behind.push(turn.node);
        notes.respelled(turn.path);
        continue;
      }
      if (last !== undefined) joinTurns(last.node, behind);
      behind = [];
      joined.push(turn);
    }
    const last = joined.at(-1);
    if (last !== undefined) joinTurns(last.node, behind);
    return joined;
  };
};

function isSameSpeaker(last: string | undefined, role: string | undefined): boolean {
  return last === role && (role === "user" || role === "assistant");
}

function isUserAfterTool(last: string | undefined, role: string | undefined): boolean {
  return last === "tool" && role === "user";
}

/** What else the later messages have, their calls above all, goes with it. */
function joinTurns(message: JsonNode, others: readonly JsonNode[]): void {
  if (others.length === 0) return;
  joinContent(message, others);
  const lists = [message, ...others].map((each) => each.get("tool_calls")).filter((calls) => calls !== undefined);
  const [first, second] = lists;
  if (first === undefined) return;
  if (second !== undefined) first.setElements(lists.flatMap((calls) => calls.elements()));
  if (first !== message.get("tool_calls")) message.set("tool_calls", first);
}
