import type { JsonNode } from "#lib/json-node";
import type { MendRule } from "../../mend";
import { containsAny, countTexts, someText } from "../../mends/marks";
import { isForeign, isLabelled } from "../signature";
import { turnRule, withoutState } from "./turns";

/**
 * Thinking of earlier turns that the target would refuse: where it wants Anthropic's signature, all that has another or
 * none; elsewhere what carries the state of another dialect. Such comes back where a session changed hands.
 */
export const thinkingState: MendRule = ({ thinking_state: taken = "any" }) => {
  const isRefused = taken === "signed" ? isForeign : isLabelled;
  const isRefusedAt = (bytes: Buffer, start: number) => isRefused(stringAt(bytes, start));
  const isSigned = (bytes: Buffer) =>
    !someText(bytes, signatureKey, isRefusedAt) &&
    (taken === "any" || countTexts(bytes, textKey) <= countTexts(bytes, signatureKey));
  return turnRule(
    (bytes) => isRedacted(bytes) || !isSigned(bytes),
    (turns, notes) => turns.flatMap((turn) => withoutState(turn, stateOf, isRefused, notes)),
  );
};

function stateOf(block: JsonNode): string | undefined {
  switch (block.get("type")?.text()) {
    case "thinking":
      return block.get("signature")?.text() ?? "";
    case "redacted_thinking":
      return block.get("data")?.text() ?? "";
    default:
      return undefined;
  }
}

const isRedacted = containsAny('"redacted_thinking"');
const signatureKey = Buffer.from('"signature"');
/** Of a block: the request's own `thinking` is an object. */
const textKey = Buffer.from('"thinking"');

/** As it stands in the bytes; what a signature is made of has no escapes. */
function stringAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0x22, start);
  return bytes.toString("latin1", start, end < 0 ? bytes.length : end);
}

/**
 * Thinking by budget wants the turn in which tools were called to begin with thinking; where that is not there (another
 * model called them) the rest of the turn goes without. Claude itself thinks before the first call of a turn alone:
 * https://platform.claude.com/cookbook/extended-thinking-extended-thinking-with-tool-use
 */
export const thinkingInLoops: MendRule = ({ thinking_state: taken = "any" }) => {
  if (taken !== "signed") return undefined;
  return {
    fields: ["thinking"],
    apply: (body, notes) => {
      if (body.get("thinking")?.get("type")?.text() !== "enabled") return;
      const messages = body.get("messages")?.elements() ?? [];
      const asked = messages.findLastIndex((message) => roleOf(message) === "user" && !holdsResult(message));
      const first = messages.slice(asked + 1).find((message) => roleOf(message) === "assistant");
      if (first === undefined || beginsWithThinking(first)) return;
      body.remove("thinking");
      notes.lost("thinking");
    },
  };
};

function roleOf(message: JsonNode): string | undefined {
  return message.get("role")?.text();
}

function holdsResult(message: JsonNode): boolean {
  return (message.get("content")?.elements() ?? []).some((block) => block.get("type")?.text() === "tool_result");
}

function beginsWithThinking(message: JsonNode): boolean {
  const [first] = message.get("content")?.elements() ?? [];
  return first !== undefined && stateOf(first) !== undefined;
}
