import { JsonNode } from "#lib/json-node";
import { roleOf, type TurnRule } from "./turn";

/** What a model is asked where it cannot be given the beginning of its answer. */
export const goOn = "Go on exactly where your last message ends, without repeating any of it.";

/** A last message that is the assistant's, with the beginning of the answer. */
export const prefill: TurnRule = ({ prefill: taken = "taken" }) => {
  if (taken === "taken") return undefined;
  return (turns, notes) => {
    const last = turns.at(-1);
    if (last === undefined || roleOf(last) !== "assistant" || last.node.get("tool_calls") !== undefined) return turns;
    if (taken === "refused") {
      notes.lost(last.path);
      return [...turns, { node: JsonNode.of({ role: "user", content: goOn }), path: last.path }];
    }
    if (last.node.get("prefix") === undefined) {
      last.node.set("prefix", true);
      notes.respelled(last.path);
    }
    return turns;
  };
};
