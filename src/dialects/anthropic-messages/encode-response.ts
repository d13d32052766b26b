import type { Completion, Item, ReasoningState } from "#core/completion";
import { isObject, type Json, type JsonObject, objectOf } from "#lib/json";
import { inputOf } from "../call-input";
import { withoutFields } from "../fields";
import { type SignedPart, stateBeside, withStateBeside } from "../part-states";
import type { AnswerContext } from "../translation";
import { encodeCitation } from "./citations";
import { encodeSignature } from "./signature";
import { encodeStopDetails, encodeStopReason } from "./stop-reason";
import { encodeToolId } from "./tool-ids";
import { writeUsage } from "./usage";
import { dialect, own } from "./wire";

/** Writes a whole answer as a message. Only the first choice has a place in it. */
export function encodeResponse(completion: Completion, context: AnswerContext): JsonObject {
  const kept = own(completion.extensions);
  const items = unsignedAtEnd(completion.items.filter((item) => item.choice === 0));
  const finish = completion.finishes.find((each) => each.choice === 0);
  const stopReason = encodeStopReason(
    finish,
    items.some((item) => item.kind === "refusal"),
  );
  const details = encodeStopDetails(finish, stopReason);
  return {
    ...messageHead(completion, context),
    content: items.flatMap((item) => withStateBeside(item, encodeBlock(item), stateBlock)),
    stop_reason: stopReason,
    stop_sequence: finish?.stopSequence ?? null,
    ...(details !== undefined && { stop_details: details }),
    ...withoutFields(kept, ["usage"]),
    usage: writeUsage(completion.usage, completion.serviceTier, objectOf(kept, "usage")),
  };
}

/**
 * What signs the text that an answer ends with has no place: behind it, it would be taken for the answer (Claude Code shows the
 * last block). Google asks for signatures of calls alone: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
function unsignedAtEnd(items: readonly Item[]): readonly Item[] {
  const last = items.at(-1);
  if (last?.kind !== "text" || last.state === undefined) return items;
  const { state: _, ...unsigned } = last;
  return [...items.slice(0, -1), unsigned];
}

/** The fields that `message_start` and a whole message have in common. */
export function messageHead(
  answer: { readonly id: string; readonly model: string },
  context: AnswerContext,
): JsonObject {
  return { id: answer.id || `msg_${context.id}`, type: "message", role: "assistant", model: answer.model };
}

function stateBlock(state: ReasoningState, of: SignedPart): JsonObject {
  return { type: "redacted_thinking", data: encodeSignature(stateBeside(state, of)) };
}

function encodeBlock(item: Item): JsonObject | undefined {
  switch (item.kind) {
    case "text":
      return encodeText(item);
    case "image":
    case "audio":
      return undefined;
    case "refusal":
      return { type: "text", text: item.text };
    case "reasoning":
      if (item.state?.redacted) return { type: "redacted_thinking", data: encodeSignature(item.state) };
      return { type: "thinking", thinking: item.text, signature: item.state ? encodeSignature(item.state) : "" };
    case "tool-call":
      return {
        type: "tool_use",
        id: encodeToolId(item.id),
        name: item.name,
        input: inputOf(item.arguments),
        ...own(item.extensions),
      };
    case "opaque":
      return item.dialect === dialect && isObject(item.value) ? item.value : undefined;
  }
}

/** Clients send the answer back in their next turn, where Anthropic refuses an empty text. */
function encodeText(item: Extract<Item, { kind: "text" }>): JsonObject | undefined {
  if (item.text === "") return undefined;
  const citations: readonly Json[] = item.citations.flatMap((citation) => encodeCitation(citation) ?? []);
  return { type: "text", text: item.text, ...(citations.length > 0 && { citations }) };
}
