import type { Completion, Item, MediaSource, ReasoningState } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { inputOf } from "../call-input";
import { type SignedPart, withStateBeside } from "../part-states";
import { encodeCallId } from "./call-ids";
import { encodeCitation } from "./citations";
import { formatOf } from "./media";
import { encodeBesidePart, encodeReasoning } from "./reasoning-state";
import { encodeStopReason } from "./stop-reason";
import { writeUsage } from "./usage";
import { dialect, own } from "./wire";

/** Writes a whole answer. Only the first choice has a place in it. */
export function encodeResponse(completion: Completion): JsonObject {
  const items = completion.items.filter((item) => item.choice === 0);
  const finish = completion.finishes.find((each) => each.choice === 0);
  const refused = items.some((item) => item.kind === "refusal");
  const content = items.flatMap((item) => withStateBeside(item, encodeBlock(item), stateBlock));
  return {
    output: { message: { role: "assistant", content } },
    stopReason: encodeStopReason(finish, refused),
    usage: writeUsage(completion.usage),
    ...closingFields(completion.serviceTier, own(completion.extensions)),
  };
}

/** What an answer says at its end beside its usage. Clients require the metrics; no other dialect has any. */
export function closingFields(serviceTier: string | undefined, kept: JsonObject): JsonObject {
  const tier = serviceTier === undefined ? {} : { serviceTier: { type: serviceTier } };
  return { metrics: { latencyMs: 0 }, ...tier, ...kept };
}

function stateBlock(state: ReasoningState, of: SignedPart): JsonObject {
  return { reasoningContent: encodeBesidePart(state, of) };
}

function encodeBlock(item: Item): JsonObject | undefined {
  switch (item.kind) {
    case "text":
      return encodeText(item);
    case "refusal":
      return item.text === "" ? undefined : { text: item.text };
    case "reasoning":
      return { reasoningContent: encodeReasoning(item.text, item.state) };
    case "tool-call":
      return { toolUse: { toolUseId: encodeCallId(item.id), name: item.name, input: inputOf(item.arguments) } };
    case "image":
      return encodeImage(item.source);
    case "audio":
      return undefined;
    case "opaque":
      return item.dialect === dialect && isObject(item.value) ? item.value : undefined;
  }
}

export function encodeImage(source: MediaSource): JsonObject | undefined {
  const format = source.type === "base64" ? formatOf("image", source.mediaType) : undefined;
  return source.type === "base64" && format !== undefined
    ? { image: { format, source: { bytes: source.data } } }
    : undefined;
}

/** Clients send the answer back in their next turn, where Bedrock refuses an empty text. */
function encodeText({ citations, text }: Extract<Item, { kind: "text" }>): JsonObject | undefined {
  if (text === "") return undefined;
  const cited = citations.flatMap((citation) => encodeCitation(citation) ?? []);
  return cited.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations: cited } };
}
