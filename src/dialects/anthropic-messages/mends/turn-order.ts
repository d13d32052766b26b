import type { Json } from "#lib/json";
import { JsonNode } from "#lib/json-node";
import type { MendRule } from "../../mend";
import { someText, standsAt, valueStart } from "../../mends/marks";
import { turnRule } from "./turns";

/** Instructions amid the conversation: where they may not stand they are the user's words in that place. */
export const systemPlace: MendRule = ({ system_place: place = "anywhere" }) => {
  if (place === "anywhere") return undefined;
  return turnRule(hasSystemRole, (turns, notes) => {
    for (const { node, path } of turns) {
      const role = node.get("role");
      if (role?.text() !== "system") continue;
      role.replace("user");
      notes.lost(`${path}.role`);
    }
    return turns;
  });
};

function hasSystemRole(bytes: Buffer): boolean {
  return someText(bytes, roleKey, isSystem);
}

function isSystem(bytes: Buffer, start: number): boolean {
  return standsAt(bytes, start, system);
}

/** What a model is asked where it cannot be given the beginning of its answer. */
const goOn = "Go on exactly where your last message ends, without repeating any of it.";

/** A last message that is the assistant's, with the beginning of the answer. `contentOf` says how a dialect writes a text. */
export function prefillRule(contentOf: (text: string) => Json): MendRule {
  return ({ prefill: taken = "taken" }) => {
    if (taken !== "refused") return undefined;
    return turnRule(mayEndWithAssistant, (turns, notes) => {
      const last = turns.at(-1);
      if (last === undefined || last.node.get("role")?.text() !== "assistant") return turns;
      notes.lost(last.path);
      return [...turns, { node: JsonNode.of({ role: "user", content: contentOf(goOn) }), path: last.path }];
    });
  };
}

const roleKey = Buffer.from('"role"');
const user = Buffer.from('user"');
const system = Buffer.from('system"');
const quote = 0x22;

/** Looks from the end, where the last message is as a rule: what stands there most often is the user's. */
function mayEndWithAssistant(bytes: Buffer): boolean {
  for (let at = bytes.lastIndexOf(roleKey); at > 0; at = bytes.lastIndexOf(roleKey, at - 1)) {
    const value = valueStart(bytes, at + roleKey.length);
    if (bytes[value] === quote) return !standsAt(bytes, value + 1, user);
  }
  return true;
}
