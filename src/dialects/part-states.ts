import type { Item, Part, ReasoningState } from "#core/completion";
import type { JsonObject } from "#lib/json";

/** A part other than reasoning that another dialect signs. */
export type SignedPart = (typeof signedParts)[number];

const signedParts = ["text", "call"] as const;

/** The state of such a part, for clients that keep it with a piece of reasoning beside it: behind a text, in front of a call. */
export function stateBeside({ origin, value }: ReasoningState, of: SignedPart): ReasoningState {
  return { origin: `of-${of}`, value: `${origin}.${value}`, redacted: true };
}

/** The blocks of an answer's item, with what signs it. */
export function withStateBeside(
  item: Item,
  block: JsonObject | undefined,
  stateBlock: (state: ReasoningState, of: SignedPart) => JsonObject,
): readonly JsonObject[] {
  const blocks = block === undefined ? [] : [block];
  if (item.kind === "text" && item.state !== undefined) return [...blocks, stateBlock(item.state, "text")];
  return item.kind === "tool-call" && item.state !== undefined ? [stateBlock(item.state, "call"), ...blocks] : blocks;
}

/** What the state of such a piece is of; undefined for any other. */
function decodePartState({
  origin,
  value,
}: ReasoningState): { readonly of: SignedPart; readonly state: ReasoningState } | undefined {
  const of = signedParts.find((part) => origin === `of-${part}`);
  const end = value.indexOf(".");
  if (of === undefined || end < 0) return undefined;
  return { of, state: { origin: value.slice(0, end), value: value.slice(end + 1), redacted: false } };
}

/**
 * Gives the states that clients keep beside their parts back to these: to the text before, or to the call behind. One
 * without its part stays reasoning of its origin.
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
