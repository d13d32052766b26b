import type { CompletionEvent } from "#core/completion";
import { isObject, type JsonObject } from "#lib/json";
import { createBlockQueue } from "./block-queue";
import { encodeCitation } from "./citations";
import { encodeSignature } from "./signature";
import { encodeToolId } from "./tool-ids";
import { dialect, own } from "./wire";

export type ItemEvent = Extract<CompletionEvent, { readonly index: number }>;

export type BlockWriter = {
  readonly push: (event: ItemEvent) => string;
  readonly closeAll: () => string;
};

/**
 * Writes items as content blocks. Text and thinking begin with their first content, so that no empty block goes out,
 * and give way when another item begins: what they say later goes into a block of its own. A tool call cannot be torn
 * apart: what else comes while it grows is held back. What has no counterpart is named in `dropped`.
 */
export function createBlockWriter(dropped: Set<string>): BlockWriter {
  const queue = createBlockQueue();
  const thinking = new Set<number>();

  const begin = (item: number): string =>
    queue.has(item) ? "" : queue.begin(item, emptyBlock(thinking.has(item)), true);
  const grow = (item: number, delta: JsonObject): string => begin(item) + queue.grow(item, delta);

  const writeWhole = (item: number, contentBlock: JsonObject, deltas: readonly JsonObject[]): string =>
    queue.begin(item, contentBlock, false) + deltas.map((delta) => queue.grow(item, delta)).join("") + queue.end(item);

  const startItem = (event: Extract<ItemEvent, { type: "item-start" }>): string => {
    switch (event.kind) {
      case "text":
      case "refusal":
        return "";
      case "reasoning":
        thinking.add(event.index);
        return "";
      case "tool-call": {
        const id = encodeToolId(event.id);
        const contentBlock = { type: "tool_use", id, name: event.name, input: {}, ...own(event.extensions) };
        return queue.begin(event.index, contentBlock, false);
      }
      case "opaque":
        if (event.dialect === dialect && isObject(event.value)) {
          return writeWhole(event.index, ...splitOpaque(event.value));
        }
        dropped.add(`choices[0].items[${event.index}]`);
        return "";
    }
  };

  const writeState = ({ index, state }: Extract<ItemEvent, { type: "reasoning-state" }>): string => {
    const value = encodeSignature(state);
    if (state.redacted) return writeWhole(index, { type: "redacted_thinking", data: value }, []);
    return grow(index, { type: "signature_delta", signature: value });
  };

  const writeText = ({ index, text }: Extract<ItemEvent, { type: "text-delta" }>): string =>
    begin(index) + queue.growText(index, { type: thinking.has(index) ? "thinking_delta" : "text_delta", text });

  const push = (event: ItemEvent): string => {
    switch (event.type) {
      case "item-start":
        return startItem(event);
      case "text-delta":
        return event.text === "" ? "" : writeText(event);
      case "arguments-delta":
        return queue.growText(event.index, { type: "input_json_delta", text: event.json });
      case "citation": {
        const citation = encodeCitation(event.citation);
        return citation === undefined ? "" : grow(event.index, { type: "citations_delta", citation });
      }
      case "reasoning-state":
        return writeState(event);
      case "opaque-delta":
        // This dialect's own opaque items come whole (`block-reader`), and those of others are dropped.
        return "";
      case "item-end":
        return queue.end(event.index);
    }
  };

  return { push, closeAll: queue.closeAll };
}

function emptyBlock(thinking: boolean): JsonObject {
  return thinking ? { type: "thinking", thinking: "", signature: "" } : { type: "text", text: "" };
}

/** Clients read a server tool's input from deltas, and that of other blocks (`mcp_tool_use`) from their start. */
function splitOpaque(value: JsonObject): readonly [JsonObject, readonly JsonObject[]] {
  if (value.type !== "server_tool_use" || !isObject(value.input)) return [value, []];
  return [{ ...value, input: {} }, [{ type: "input_json_delta", partial_json: JSON.stringify(value.input) }]];
}
