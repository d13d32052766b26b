import type { CompletionEvent, ReasoningState } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { type BlockQueue, type BlockWords, createBlockQueue } from "../block-queue";
import { type CallStart, type CallWords, createCallWriter } from "../call-writer";
import { type SignedPart, stateBeside } from "../part-states";
import { encodeCitation } from "./citations";
import { encodeSignature } from "./signature";
import { encodeToolId } from "./tool-ids";
import { dialect, own, type TextDelta, writeEvent, writeTextDelta } from "./wire";

export type ItemEvent = Extract<CompletionEvent, { readonly index: number }>;

export type BlockWriter = {
  readonly push: (event: ItemEvent) => string;
  readonly closeAll: () => string;
};

/**
 * Writes items as content blocks. Text and thinking begin with their first content, so that no empty block goes out,
 * and give way when another item begins: what they say later goes into a block of its own. A tool call cannot be torn
 * apart: it gives way once its arguments are whole, and until then what else comes is held back. What has no counterpart
 * is named in `dropped`.
 */
export function createBlockWriter(dropped: Set<string>): BlockWriter {
  const queue = createBlockQueue(blockWords);
  const thinking = new Set<number>();
  const calls = createCallWriter(queue, callWords);
  const signatures = createSignatures(queue);

  const begin = (item: number): string =>
    queue.has(item) ? "" : queue.begin(item, emptyBlock(thinking.has(item)), always);
  const grow = (item: number, fields: JsonObject): string => begin(item) + queue.grow(item, { type: "fields", fields });

  const startItem = (event: Extract<ItemEvent, { type: "item-start" }>): string => {
    switch (event.kind) {
      case "text":
      case "refusal":
        return "";
      case "reasoning":
        thinking.add(event.index);
        return "";
      case "tool-call":
        return signatures.write(event.index, event.state, "call") + calls.start(event);
      case "image":
      case "audio":
        dropped.add(`choices[0].items[${event.index}]`);
        return "";
      case "opaque":
        if (event.dialect === dialect && isObject(event.value)) {
          return writeWhole(queue, event.index, ...splitOpaque(event.value));
        }
        dropped.add(`choices[0].items[${event.index}]`);
        return "";
    }
  };

  const writeState = ({ index, state }: Extract<ItemEvent, { type: "reasoning-state" }>): string => {
    if (!thinking.has(index)) return signatures.hold(index, state);
    const value = encodeSignature(state);
    if (state.redacted) return writeWhole(queue, index, { type: "redacted_thinking", data: value }, []);
    return grow(index, { type: "signature_delta", signature: value });
  };

  const writeText = ({ index, text }: Extract<ItemEvent, { type: "text-delta" }>): string =>
    begin(index) + queue.grow(index, { type: thinking.has(index) ? "thinking_delta" : "text_delta", text });

  const push = (event: ItemEvent): string => {
    switch (event.type) {
      case "item-start":
        return signatures.release() + startItem(event);
      case "text-delta":
        return event.text === "" ? "" : writeText(event);
      case "arguments-delta":
        return calls.grow(event.index, event.json);
      case "citation": {
        const citation = encodeCitation(event.citation);
        if (citation !== undefined) return grow(event.index, { type: "citations_delta", citation });
        dropped.add("citations");
        return "";
      }
      case "reasoning-state":
        return writeState(event);
      case "opaque-delta":
        // This dialect's own opaque items come whole (`block-reader`), and those of others are dropped.
        return "";
      case "item-end":
        return calls.end(event.index) + queue.end(event.index);
    }
  };

  const closeAll = (): string => {
    // It has no place at the end: see `unsignedAtEnd`.
    if (signatures.isHeld()) dropped.add("signature");
    return queue.closeAll();
  };

  return { push, closeAll };
}

/** Signatures of texts and calls, in blocks of their own: of a text, once something comes behind it. */
function createSignatures(queue: BlockQueue<Delta>) {
  let held: { readonly item: number; readonly state: ReasoningState } | undefined;
  const write = (item: number, state: ReasoningState | undefined, of: SignedPart): string =>
    state === undefined
      ? ""
      : writeWhole(queue, item, { type: "redacted_thinking", data: encodeSignature(stateBeside(state, of)) }, []);
  return {
    write,
    hold: (item: number, state: ReasoningState): string => {
      held = { item, state };
      return "";
    },
    release: (): string => {
      if (held === undefined) return "";
      const { item, state } = held;
      held = undefined;
      return write(item, state, "text");
    },
    isHeld: () => held !== undefined,
  };
}

function writeWhole(
  queue: BlockQueue<Delta>,
  item: number,
  contentBlock: JsonObject,
  deltas: readonly JsonObject[],
): string {
  return (
    queue.begin(item, contentBlock, never) +
    deltas.map((fields) => queue.grow(item, { type: "fields", fields })).join("") +
    queue.end(item)
  );
}

/** What a block grows by: a text, as nearly always, or other fields of a delta. */
type Delta = TextDelta | { readonly type: "fields"; readonly fields: JsonObject };

const blockWords: BlockWords<Delta> = {
  start: (index, contentBlock) => writeEvent("content_block_start", { index, content_block: contentBlock }),
  delta: (index, delta) =>
    delta.type === "fields"
      ? writeEvent("content_block_delta", { index, delta: delta.fields })
      : writeTextDelta(index, delta),
  stop: (index) => writeEvent("content_block_stop", { index }),
};

const callWords: CallWords<Delta> = {
  block: ({ id, name, extensions }: CallStart) => ({
    type: "tool_use",
    id: encodeToolId(id),
    name,
    input: {},
    ...own(extensions),
  }),
  delta: (text) => ({ type: "input_json_delta", text }),
};

const always = () => true;
const never = () => false;

function emptyBlock(thinking: boolean): JsonObject {
  return thinking ? { type: "thinking", thinking: "", signature: "" } : { type: "text", text: "" };
}

/** Clients read a server tool's input from deltas, and that of other blocks (`mcp_tool_use`) from their start. */
function splitOpaque(value: JsonObject): readonly [JsonObject, readonly JsonObject[]] {
  if (value.type !== "server_tool_use" || !isObject(value.input)) return [value, []];
  return [{ ...value, input: {} }, [{ type: "input_json_delta", partial_json: JSON.stringify(value.input) }]];
}
