import { FramingError } from "./frame-parser";

const nothing = new Uint8Array(0);

/** Holds the start of an event that is not complete yet; doubles, so that tiny chunks cost neither time nor memory. */
export function createGrowingBuffer(limitBytes: number) {
  let buffer: Uint8Array = nothing;
  let used = 0;
  const take = (): Uint8Array => {
    const taken = buffer.subarray(0, used);
    buffer = nothing;
    used = 0;
    return taken;
  };
  return {
    isEmpty: () => used === 0,
    length: () => used,
    /** A view of what is held. */
    bytes: () => buffer.subarray(0, used),
    take,
    append: (piece: Uint8Array) => {
      const needed = used + piece.length;
      if (needed > limitBytes) throw new FramingError(`event is longer than ${limitBytes} bytes`);
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.max(needed, 2 * buffer.length));
        larger.set(buffer.subarray(0, used));
        buffer = larger;
      }
      buffer.set(piece, used);
      used = needed;
      return { take };
    },
  };
}
