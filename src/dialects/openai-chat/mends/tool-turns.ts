import type { JsonNode } from "#lib/json-node";
import { between } from "./join-content";
import { roleOf, type Turn, type TurnRule } from "./turn";

/** Calls and results of earlier turns as text, where there can be no tools. */
export const toolTurns: TurnRule = ({ tools = "taken" }) => {
  if (tools === "taken") return undefined;
  return (turns, notes) => {
    const names = new Map<string, string>();
    for (const turn of turns) if (sayInWords(turn, names)) notes.lost(turn.path);
    return turns;
  };
};

function sayInWords(turn: Turn, names: Map<string, string>): boolean {
  const { node } = turn;
  const role = roleOf(turn);
  if (role === "tool" || role === "function") {
    const id = node.get("tool_call_id")?.text() ?? "";
    const name = names.get(id) ?? node.get("name")?.text() ?? "a tool";
    node.set("role", "user");
    node.set("content", `Result of ${name}:\n${textOf(node.get("content"))}`);
    node.remove("tool_call_id");
    node.remove("name");
    return true;
  }
  const calls = node.get("tool_calls");
  if (calls === undefined) return false;
  const said = calls.elements().map((call) => {
    const called = call.get("function");
    const name = called?.get("name")?.text() ?? "";
    names.set(call.get("id")?.text() ?? "", name);
    return `Calls ${name} with ${called?.get("arguments")?.text() ?? "{}"}`;
  });
  node.set("content", [textOf(node.get("content")), ...said].filter((text) => text !== "").join(between));
  node.remove("tool_calls");
  return true;
}

function textOf(content: JsonNode | undefined): string {
  if (content === undefined || !content.isArray) return content?.text() ?? "";
  return content
    .elements()
    .map((part) => part.get("text")?.text() ?? "")
    .join(between);
}
