import { JsonNode } from "#lib/json-node";
import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { fieldWords } from "./field-words";
import { each } from "./tool-places";

// What some providers want of the messages in which tools were called, also of those that another model wrote.

const hasCalls = containsAny('"tool_calls"');

/** An empty text where there is no content. */
export const nullContent: MendRule = ({ null_content: taken = "taken" }) => {
  if (taken === "taken") return undefined;
  return {
    fields: ["messages"],
    concerns: hasCalls,
    apply: (body, notes) =>
      each(body.get("messages"), "messages", (message, path) => {
        const content = message.get("content");
        const isEmpty = content === undefined || (content.isArray ? content.elements().length === 0 : isNull(content));
        if (!isEmpty) return;
        message.set("content", "");
        notes.respelled(`${path}.content`);
      }),
  };
};

function isNull(node: JsonNode): boolean {
  return node.json() === null;
}

/** Reasoning that another model did not have. */
export const reasoningOfCalls: MendRule = ({
  reasoning_of_calls: wanted = "free",
  reasons_by_default: byDefault = false,
}) => {
  if (wanted === "free") return undefined;
  const filler = wanted === "required" ? "" : " ";
  return {
    fields: ["messages"],
    concerns: hasCalls,
    apply: (body, notes) => {
      if (!(fieldWords.asksToReason(body) ?? byDefault)) return;
      each(body.get("messages"), "messages", (message, path) => {
        const known = message.get("reasoning_content")?.text();
        if (message.get("tool_calls") === undefined || (known !== undefined && known.length >= filler.length)) return;
        message.set("reasoning_content", filler);
        notes.respelled(`${path}.reasoning_content`);
      });
    },
  };
};

/**
 * Gemini 3 wants the signature of its thoughts on the first call of each message since the user spoke. For calls that it did
 * not make there is a word that has it not look: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const callSignatures: MendRule = ({ call_signatures: wanted = "free" }) => {
  if (wanted !== "required") return undefined;
  return {
    fields: ["messages"],
    concerns: hasCalls,
    apply: (body, notes) => {
      const messages = body.get("messages");
      const last = messages?.elements().findLastIndex((message) => message.get("role")?.text() === "user") ?? -1;
      for (const [index, message] of (messages?.elements() ?? []).entries()) {
        const [first] = message.get("tool_calls")?.elements() ?? [];
        if (index < last || first === undefined || isSigned(first)) continue;
        const known = specificSignature(first) ?? "skip_thought_signature_validator";
        first.set("extra_content", JsonNode.of({ google: { thought_signature: known } }));
        notes.respelled(`messages[${index}].tool_calls[0].extra_content`);
      }
    },
  };
};

function isSigned(call: JsonNode): boolean {
  return (call.get("extra_content")?.get("google")?.get("thought_signature")?.text() ?? "") !== "";
}

/** A signature in LiteLLM's spelling (`call-signature.ts`). */
function specificSignature(call: JsonNode): string | undefined {
  for (const carrier of [call, call.get("function")]) {
    const signature = carrier?.get("provider_specific_fields")?.get("thought_signature")?.text() ?? "";
    if (signature !== "") return signature;
  }
  return undefined;
}
