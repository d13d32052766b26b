/**
 * Memory to read into that is used again once what was read is not needed any more: of new memory the kernel would have
 * to clear every page.
 */
export type ReadRoom = {
  /** So many bytes, with whatever stands there. */
  readonly take: (bytes: number) => Buffer;
  /** All that was taken may be overwritten from now on. */
  readonly reset: () => void;
};

const chunkBytes = 256 << 10;
/** What a tenth of a second brings at full load; more is needed only to catch up. */
const keptChunks = 8;

export function createReadRoom(): ReadRoom {
  let chunks: Buffer[] = [];
  let current = 0;
  let used = 0;
  return {
    take: (bytes) => {
      if (bytes > chunkBytes) return Buffer.allocUnsafeSlow(bytes);
      if (used + bytes > chunkBytes) {
        current += 1;
        used = 0;
      }
      const chunk = chunks[current] ?? Buffer.allocUnsafeSlow(chunkBytes);
      chunks[current] = chunk;
      used += bytes;
      return chunk.subarray(used - bytes, used);
    },
    reset: () => {
      if (chunks.length > keptChunks) chunks = chunks.slice(0, keptChunks);
      current = 0;
      used = 0;
    },
  };
}
