/** What of a Bun socket is needed to write to it. */
type WritableSocket = { readonly write: (bytes: Uint8Array) => number };

/** Writes in order what the kernel does not take at once, without copying it. */
export type SocketWriter = {
  /** False when more than the limit is waiting: the peer does not read, close it. */
  readonly send: (bytes: Uint8Array) => boolean;
  /** To be called when the socket can take more. */
  readonly drain: () => void;
};

export function createSocketWriter(socket: WritableSocket, maxQueuedBytes: number): SocketWriter {
  let queue: Uint8Array[] = [];
  let queuedBytes = 0;
  const drain = () => {
    while (true) {
      const [first, ...rest] = queue;
      if (first === undefined) return;
      const written = Math.max(0, socket.write(first));
      queuedBytes -= written;
      if (written < first.length) {
        queue = [first.subarray(written), ...rest];
        return;
      }
      queue = rest;
    }
  };
  return {
    send: (bytes) => {
      queue = [...queue, bytes];
      queuedBytes += bytes.length;
      if (queue.length === 1) drain();
      return queuedBytes <= maxQueuedBytes;
    },
    drain,
  };
}
