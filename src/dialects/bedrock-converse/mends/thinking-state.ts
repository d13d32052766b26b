import type { JsonNode } from "#lib/json-node";
import { turnRule, withoutState } from "../../anthropic-messages/mends/turns";
import { isForeign, isLabelled } from "../../anthropic-messages/signature";
import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";

/**
 * Reasoning of earlier turns that Bedrock would refuse: where the target wants Anthropic's signature, all that has another or
 * none; elsewhere what carries the state of another dialect.
 */
export const reasoningState: MendRule = ({ thinking_state: taken = "any" }) => {
  const isRefused = taken === "signed" ? isForeign : isLabelled;
  return turnRule(containsAny('"reasoningContent"'), (turns, notes) =>
    turns.flatMap((turn) => withoutState(turn, stateOf, isRefused, notes)),
  );
};

/** The signature, or what is redacted: labels of ours stand in it as base64. Undefined for a block of another kind. */
function stateOf(block: JsonNode): string | undefined {
  const content = block.get("reasoningContent");
  const redacted = content?.get("redactedContent")?.text();
  if (redacted !== undefined) {
    const inner = Buffer.from(redacted, "base64").toString("latin1");
    return isLabelled(inner) ? inner : redacted;
  }
  return content === undefined ? undefined : (content.get("reasoningText")?.get("signature")?.text() ?? "");
}

/** Thinking by budget wants the turn in which tools were called to begin with reasoning: without it there is none. */
export const reasoningInLoops: MendRule = ({ thinking_state: taken = "any" }) => {
  if (taken !== "signed") return undefined;
  return {
    fields: ["additionalModelRequestFields"],
    concerns: containsAny('"thinking"'),
    apply: (body, notes) => {
      const extra = body.get("additionalModelRequestFields");
      if (extra?.get("thinking")?.get("type")?.text() !== "enabled") return;
      const messages = body.get("messages")?.elements() ?? [];
      const asked = messages.findLastIndex((message) => roleOf(message) === "user" && !holds(message, "toolResult"));
      const first = messages.slice(asked + 1).find((message) => roleOf(message) === "assistant");
      const [begin] = first?.get("content")?.elements() ?? [];
      if (first === undefined || begin?.get("reasoningContent") !== undefined) return;
      if (extra.names().length === 1) body.remove("additionalModelRequestFields");
      else extra.remove("thinking");
      notes.lost("additionalModelRequestFields.thinking");
    },
  };
};

function roleOf(message: JsonNode): string | undefined {
  return message.get("role")?.text();
}

function holds(message: JsonNode, member: string): boolean {
  return (message.get("content")?.elements() ?? []).some((block) => block.get(member) !== undefined);
}
