import type { JsonObject } from "#lib/json";
import { objectOfText, type TextDelta, writeEvent, writeTextDelta } from "./wire";

/**
 * Puts content blocks one after the other, as Anthropic's clients require, while the items they stand for may grow side
 * by side. One block is open at a time; the others wait, with what they have to say.
 */
export type BlockQueue = {
  /** Whether the item has a block that can grow. */
  readonly has: (item: number) => boolean;
  /** A new block for an item. One that `yields` by then is closed as soon as another begins; the others stay until `end`. */
  readonly begin: (item: number, contentBlock: JsonObject, yields: () => boolean) => string;
  readonly grow: (item: number, delta: JsonObject) => string;
  /** The same with a delta that is nothing but a text. */
  readonly growText: (item: number, delta: TextDelta) => string;
  readonly end: (item: number) => string;
  readonly closeAll: () => string;
};

type Block = {
  readonly item: number;
  readonly contentBlock: JsonObject;
  readonly yields: () => boolean;
  readonly held: JsonObject[];
  ended: boolean;
};

export function createBlockQueue(): BlockQueue {
  const blocks = new Map<number, Block>();
  const waiting: Block[] = [];
  let open: Block | undefined;
  let index = -1;

  const writeDelta = (delta: JsonObject): string => writeEvent("content_block_delta", { index, delta });

  const openNext = (block: Block): string => {
    open = block;
    index++;
    const held = block.held.splice(0).map(writeDelta).join("");
    return writeEvent("content_block_start", { index, content_block: block.contentBlock }) + held;
  };

  const closeOpen = (): string => {
    if (!open) return "";
    if (blocks.get(open.item) === open) blocks.delete(open.item);
    open = undefined;
    return writeEvent("content_block_stop", { index });
  };

  /** Opens what waits, until one has to stay open. */
  const advance = (): string => {
    let out = "";
    while (!open) {
      const next = waiting.shift();
      if (!next) break;
      out += openNext(next);
      if (next.ended || (waiting.length > 0 && next.yields())) out += closeOpen();
    }
    return out;
  };

  return {
    has: (item) => blocks.has(item),
    begin: (item, contentBlock, yields) => {
      const closed = open?.yields() ? closeOpen() : "";
      const block = { item, contentBlock, yields, held: [], ended: false };
      blocks.set(item, block);
      waiting.push(block);
      return closed + advance();
    },
    grow: (item, delta) => {
      const block = blocks.get(item);
      if (block && block === open) return writeDelta(delta);
      block?.held.push(delta);
      return "";
    },
    growText: (item, delta) => {
      const block = blocks.get(item);
      if (block && block === open) return writeTextDelta(index, delta);
      block?.held.push(objectOfText(delta));
      return "";
    },
    end: (item) => {
      const block = blocks.get(item);
      if (!block) return "";
      block.ended = true;
      if (block === open) return closeOpen() + advance();
      blocks.delete(item);
      return "";
    },
    closeAll: () => {
      for (const block of waiting) block.ended = true;
      return closeOpen() + advance();
    },
  };
}
