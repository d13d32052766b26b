import type { CompletionEvent, MediaSource, ReasoningState } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { encodeSignature } from "../anthropic-messages/signature";
import { type BlockWords, createBlockQueue } from "../block-queue";
import { type CallWords, createCallWriter } from "../call-writer";
import { eventLine } from "../event-stream-text";
import type { SignedPart } from "../part-states";
import { encodeCallId } from "./call-ids";
import { encodeCitation } from "./citations";
import { formatOf } from "./media";
import { encodeBesidePart, encodeRedacted } from "./reasoning-state";
import { writeEvent } from "./wire";

export type ItemEvent = Extract<CompletionEvent, { readonly index: number }>;

/** What a block grows by: a text of one of these kinds, as nearly always, or another delta. */
type Delta =
  | { readonly type: "text" | "reasoning" | "input"; readonly text: string }
  | { readonly type: "other"; readonly delta: JsonObject };

/** What stands around the text of a delta. */
const around = {
  text: ['{"text":', "}"],
  reasoning: ['{"reasoningContent":{"text":', "}}"],
  input: ['{"toolUse":{"input":', "}}"],
} as const;

const words: BlockWords<Delta> = {
  // Only calls and images have an event for their beginning.
  start: (contentBlockIndex, start) =>
    start.toolUse === undefined && start.image === undefined
      ? ""
      : writeEvent("contentBlockStart", { contentBlockIndex, start }),
  delta: (index, delta) => {
    if (delta.type === "other")
      return writeEvent("contentBlockDelta", { contentBlockIndex: index, delta: delta.delta });
    const [before, after] = around[delta.type];
    // Put together from parts, as it comes with every token.
    const written = `{"contentBlockIndex":${index},"delta":${before}${JSON.stringify(delta.text)}${after}}`;
    return eventLine("contentBlockDelta", written);
  },
  stop: (contentBlockIndex) => writeEvent("contentBlockStop", { contentBlockIndex }),
};

const callWords: CallWords<Delta> = {
  block: ({ id, name }) => ({ toolUse: { toolUseId: encodeCallId(id), name } }),
  delta: (text) => ({ type: "input", text }),
};

/**
 * Writes items as content blocks, one open at a time. What only another dialect can say is named in `dropped`.
 */
export function createBlockWriter(dropped: Set<string>) {
  const queue = createBlockQueue(words);
  const reasoning = new Set<number>();
  const calls = createCallWriter(queue, callWords);

  const begin = (item: number): string => (queue.has(item) ? "" : queue.begin(item, {}, always));
  const grow = (item: number, delta: JsonObject): string => begin(item) + queue.grow(item, { type: "other", delta });

  const writeWhole = (item: number, delta: JsonObject): string =>
    queue.begin(item, {}, never) + queue.grow(item, { type: "other", delta }) + queue.end(item);

  /** What was redacted is a block of its own, and so is what signs another part. */
  const writeState = (item: number, state: ReasoningState): string => {
    if (!reasoning.has(item)) return writePartState(item, state, "text");
    if (!state.redacted) return grow(item, { reasoningContent: { signature: encodeSignature(state) } });
    return writeWhole(item, { reasoningContent: { redactedContent: encodeRedacted(state) } });
  };

  const writePartState = (item: number, state: ReasoningState | undefined, of: SignedPart): string =>
    state === undefined ? "" : writeWhole(item, { reasoningContent: encodeBesidePart(state, of) });

  const writeImage = (item: number, source: MediaSource): string => {
    const format = source.type === "base64" ? formatOf("image", source.mediaType) : undefined;
    if (source.type !== "base64" || format === undefined) return lose(item);
    const delta = { image: { source: { bytes: source.data } } };
    return (
      queue.begin(item, { image: { format } }, never) + queue.grow(item, { type: "other", delta }) + queue.end(item)
    );
  };

  const lose = (item: number): string => {
    dropped.add(`choices[0].items[${item}]`);
    return "";
  };

  const push = (event: ItemEvent): string => {
    switch (event.type) {
      case "item-start":
        if (event.kind === "reasoning") reasoning.add(event.index);
        if (event.kind === "tool-call") return writePartState(event.index, event.state, "call") + calls.start(event);
        if (event.kind === "image") return writeImage(event.index, event.source);
        return event.kind === "text" || event.kind === "refusal" || event.kind === "reasoning" ? "" : lose(event.index);
      case "text-delta": {
        if (event.text === "") return "";
        const type = reasoning.has(event.index) ? "reasoning" : "text";
        return begin(event.index) + queue.grow(event.index, { type, text: event.text });
      }
      case "arguments-delta":
        return calls.grow(event.index, event.json);
      case "citation": {
        const citation = encodeCitation(event.citation);
        if (citation !== undefined) return grow(event.index, { citation });
        dropped.add("citations");
        return "";
      }
      case "reasoning-state":
        return writeState(event.index, event.state);
      case "opaque-delta":
        return "";
      case "item-end":
        return calls.end(event.index) + queue.end(event.index);
    }
  };

  return { push, closeAll: queue.closeAll };
}

const always = () => true;
const never = () => false;
