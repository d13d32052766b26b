import type { Part } from "#core/completion";
import { decodePartState } from "./signature";

/**
 * Gives the states that clients of Messages keep in blocks beside their parts (`encodePartState`) back to these: to the
 * text before, or to the call behind. A block without its part stays reasoning of its origin.
 */
export function joinStates(parts: readonly Part[]): readonly Part[] {
  return parts.some((part) => stateIn(part) !== undefined) ? join(parts) : parts;
}

function stateIn(part: Part) {
  return part.type === "reasoning" && part.state !== undefined ? decodePartState(part.state) : undefined;
}

function join(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined) continue;
    const found = stateIn(part);
    const last = joined.at(-1);
    const next = parts[index + 1];
    if (found === undefined) joined.push(part);
    else if (found.of === "text" && last?.type === "text") joined[joined.length - 1] = { ...last, state: found.state };
    else if (found.of === "call" && next?.type === "tool-call") {
      joined.push({ ...next, state: found.state });
      index++;
    } else joined.push({ type: "reasoning", text: "", state: found.state });
  }
  return joined;
}
