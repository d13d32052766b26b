/** What of a Bun socket is needed to write to it. */
type WritableSocket = { readonly write: (bytes: Uint8Array) => number };

/** Writes in order what the kernel does not take at once, without copying it. */
export type SocketWriter = {
  /** False when more than the limit is waiting: the peer does not read, close it. */
  readonly send: (bytes: Uint8Array) => boolean;
  /** The same of chunks that are asked for when the socket can take them; they do not count as waiting. */
  readonly sendAll: (chunks: Iterable<Uint8Array>) => boolean;
  /** To be called when the socket can take more. */
  readonly drain: () => void;
};

type Waiting = { readonly chunks: Iterator<Uint8Array>; readonly bytes: number };

export function createSocketWriter(socket: WritableSocket, maxQueuedBytes: number): SocketWriter {
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  /** What the socket did not take of the last chunk. */
  let rest: Uint8Array | undefined;
  const next = (): Uint8Array | undefined => {
    for (const { chunks, bytes } of queue) {
      const { value, done } = chunks.next();
      if (done !== true) return value;
      queuedBytes -= bytes;
      queue = queue.slice(1);
    }
    return undefined;
  };
  const drain = () => {
    for (;;) {
      const chunk = rest ?? next();
      if (chunk === undefined) return;
      const written = Math.max(0, socket.write(chunk));
      rest = written < chunk.length ? chunk.subarray(written) : undefined;
      if (rest !== undefined) return;
    }
  };
  const send = (chunks: Iterable<Uint8Array>, bytes: number) => {
    const isIdle = queue.length === 0;
    queue.push({ chunks: chunks[Symbol.iterator](), bytes });
    queuedBytes += bytes;
    if (isIdle) drain();
    return queuedBytes <= maxQueuedBytes;
  };
  return { send: (bytes) => send([bytes], bytes.length), sendAll: (chunks) => send(chunks, 0), drain };
}
