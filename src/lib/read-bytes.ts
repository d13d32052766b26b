/** Where the bytes of a body come from. */
export type ByteSource = {
  /** Everything in one go, which costs 6 to 20 µs less than chunk by chunk, but cannot be stopped at a limit. */
  readonly whole: () => Promise<Uint8Array>;
  /** Piece by piece. Its iterator's `return` is called when the limit is passed. */
  readonly chunks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
};

export type ReadLimits = {
  /** The length that the body says it has, see `announcedBytes`. */
  readonly announced: number | undefined;
  readonly maxBytes: number;
  /** The error of a body that is longer. */
  readonly tooLong: (maxBytes: number) => Error;
  /** Called with the bytes that each step takes into memory, before they are kept. May throw. */
  readonly onBytes?: (bytes: number) => void;
};

/** A body that announces at most this is read in one go. */
export const oneGoBytes = 64 * 1024;

/** Reads a body of at most `maxBytes`. Rejects with what `tooLong`, `onBytes` and the source throw. */
export function readBytes(source: ByteSource, limits: ReadLimits): Promise<Uint8Array> {
  const { announced, maxBytes, onBytes } = limits;
  if (announced === undefined || !(announced <= oneGoBytes) || announced > maxBytes) return collect(source, limits);
  // Not in an async function: its promise would cost every request 0.1 µs.
  try {
    onBytes?.(announced);
    return source.whole();
  } catch (cause) {
    return Promise.reject(cause);
  }
}

/** The value of `content-length`; undefined without one. */
export function announcedBytes(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length === null ? undefined : Number(length);
}

async function collect(source: ByteSource, limits: ReadLimits): Promise<Uint8Array> {
  const { announced, maxBytes, onBytes, tooLong } = limits;
  if (announced !== undefined && announced > maxBytes) throw tooLong(maxBytes);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source.chunks()) {
    total += chunk.length;
    if (total > maxBytes) throw tooLong(maxBytes);
    onBytes?.(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
