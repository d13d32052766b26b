import type { JsonObject } from "#lib/json";

/**
 * Puts content blocks one after the other, as clients of such dialects require, while the items they stand for may grow
 * side by side. One block is open at a time; the others wait, with what they have to say.
 */
export type BlockQueue<Delta> = {
  /** Whether the item has a block that can grow. */
  readonly has: (item: number) => boolean;
  /** A new block for an item. One that `yields` by then is closed as soon as another begins; the others stay until `end`. */
  readonly begin: (item: number, contentBlock: JsonObject, yields: () => boolean) => string;
  readonly grow: (item: number, delta: Delta) => string;
  readonly end: (item: number) => string;
  readonly closeAll: () => string;
};

/** How a dialect writes blocks, which are numbered as they open. */
export type BlockWords<Delta> = {
  readonly start: (index: number, contentBlock: JsonObject) => string;
  readonly delta: (index: number, delta: Delta) => string;
  readonly stop: (index: number) => string;
};

type Block<Delta> = {
  readonly item: number;
  readonly contentBlock: JsonObject;
  readonly yields: () => boolean;
  readonly held: Delta[];
  ended: boolean;
};

export function createBlockQueue<Delta>(words: BlockWords<Delta>): BlockQueue<Delta> {
  const blocks = new Map<number, Block<Delta>>();
  const waiting: Block<Delta>[] = [];
  let open: Block<Delta> | undefined;
  let index = -1;

  const openNext = (block: Block<Delta>): string => {
    open = block;
    index++;
    let text = words.start(index, block.contentBlock);
    for (const delta of block.held.splice(0)) text += words.delta(index, delta);
    return text;
  };

  const closeOpen = (): string => {
    if (!open) return "";
    if (blocks.get(open.item) === open) blocks.delete(open.item);
    open = undefined;
    return words.stop(index);
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
      if (block && block === open) return words.delta(index, delta);
      block?.held.push(delta);
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
