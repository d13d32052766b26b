import { someText, standsAt } from "../../mends/marks";
import { joinContent } from "./join-content";
import { roleOf, type Turn, type TurnRule } from "./turn";

/** The role of messages with instructions. */
export const developerRole: TurnRule = ({ developer_role: role = "developer" }) => {
  if (role === "developer") return undefined;
  const others = role === "user" ? ["developer", "system"] : ["developer"];
  return (turns, notes) => {
    for (const turn of turns) {
      if (!others.includes(roleOf(turn) ?? "")) continue;
      turn.node.set("role", role);
      notes.respelled(`${turn.path}.role`);
    }
    return turns;
  };
};

/** Instructions at the beginning alone: several there are one message, later ones the user's. */
export const systemPlace: TurnRule = ({ system_place: place = "anywhere" }) => {
  if (place === "anywhere") return undefined;
  return (turns, notes) => {
    const count = turns.findIndex((turn) => !isInstruction(turn));
    const [first, ...others] = turns.slice(0, count < 0 ? turns.length : count);
    const rest = count < 0 ? [] : turns.slice(count);
    for (const { node, path } of rest.filter(isInstruction)) {
      node.set("role", "user");
      notes.lost(`${path}.role`);
    }
    if (first === undefined || others.length === 0) return turns;
    for (const { path } of others) notes.respelled(path);
    joinContent(
      first.node,
      others.map(({ node }) => node),
    );
    return [first, ...rest];
  };
};

/** A quick look: whether instructions stand anywhere but in one message at the beginning. */
export function instructsAmid(bytes: Buffer): boolean {
  let messages = 0;
  return someText(bytes, roleKey, (_, start) => {
    messages += 1;
    return messages > 1 && (standsAt(bytes, start, system) || standsAt(bytes, start, developer));
  });
}

const roleKey = Buffer.from('"role"');
const system = Buffer.from('system"');
const developer = Buffer.from('developer"');

function isInstruction(turn: Turn): boolean {
  const role = roleOf(turn);
  return role === "system" || role === "developer";
}
