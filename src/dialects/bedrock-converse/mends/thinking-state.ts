import type { JsonNode } from "#lib/json-node";
import { turnRule, withoutState } from "../../anthropic-messages/mends/turns";
import { isForeign, isLabelled } from "../../anthropic-messages/signature";
import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { alternate } from "./alternate";

/**
 * Reasoning of earlier turns that Bedrock would refuse: where the target wants Anthropic's signature, all that has another or
 * none; where it may have none, all that is signed; elsewhere what carries the state of another dialect.
 */
export const reasoningState: MendRule = ({ thinking_state: taken = "any" }) => {
  const isRefused = { signed: isForeign, unsigned: isSigned, any: isLabelled }[taken];
  return turnRule(containsAny('"reasoningContent"'), (turns, notes) => {
    const kept = turns.flatMap((turn) => withoutState(turn, stateOf, isRefused, notes));
    return kept.length === turns.length ? turns : alternate(kept);
  });
};

function isSigned(state: string): boolean {
  return state !== "";
}

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

/** How models of others are asked to reason, which Claude refuses: a conversation may have changed hands. */
export const reasoningWords: MendRule = ({ thinking_state: taken = "any" }) => {
  if (taken !== "signed") return undefined;
  return {
    fields: ["additionalModelRequestFields"],
    concerns: containsAny('"reasoningConfig"', '"reasoning_effort"'),
    apply: (body, notes) => {
      const extra = body.get("additionalModelRequestFields");
      for (const name of ["reasoningConfig", "reasoning_effort"])
        if (extra?.remove(name) === true) notes.lost(`additionalModelRequestFields.${name}`);
      if (extra?.names().length === 0) body.remove("additionalModelRequestFields");
    },
  };
};

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
