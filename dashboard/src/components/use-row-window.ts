import { observeElementOffset, useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef } from "react";

const rowHeight = 36;
const headHeight = 32;
/**
 * Pixels. Browsers end an element at 18 to 33 million, and draw it by 32-bit floats, in which half a pixel of a fine screen is
 * lost from 8 million on: hairlines go, and letters are cut. Longer lists scroll faster than the pointer instead.
 */
const tallest = 8_000_000;

type Options = {
  readonly count: number;
  readonly keyOf: (index: number) => string | number;
  readonly scroller: HTMLDivElement | null;
  /** Of a few rows inside a page, which all stand there. */
  readonly short: boolean;
};

/** The rows that are in sight of a list of any length, where each stands, and how to bring one into sight. */
export function useRowWindow({ count, keyOf, scroller, short }: Options) {
  const total = count * rowHeight;
  const inSight = Math.max(rowHeight, (scroller?.clientHeight ?? 0) - headHeight);
  /** Pixels of the list for one that is scrolled, so that both of its ends are reached. */
  const scale = total <= tallest ? 1 : (total - inSight) / (tallest - inSight);
  const latest = useRef(scale);
  latest.current = scale;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: short ? count : 12,
    observeElementOffset: (instance, hear) =>
      observeElementOffset(instance, (offset, isScrolling) => hear(offset * latest.current, isScrolling)),
    getItemKey: keyOf,
  });
  const offset = virtual.scrollOffset ?? 0;
  const place = useRef(offset);
  place.current = offset;
  // More rows came, and a pixel is more of them now: what is in sight stays.
  useLayoutEffect(() => {
    if (scale > 1) scroller?.scrollTo({ top: place.current / scale });
  }, [scroller, scale]);
  const reveal = (index: number) => {
    const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
    const wanted = top < offset ? top : bottom > offset + inSight ? bottom - inSight : offset;
    scroller?.scrollTo({ top: wanted / scale });
  };
  return {
    rows: virtual.getVirtualItems().map(({ index, key, start }) => ({
      index,
      key,
      top: Math.round(start - offset + offset / scale),
    })),
    height: Math.min(total, tallest),
    reveal,
  };
}
