import { connect, type Socket } from "node:net";

export type RawSocket = {
  write(text: string | Uint8Array): void;
  /** Everything received so far, a byte a character. */
  received(): string;
  /** Resolves when the other side ended or reset the connection; undefined when it has not within `timeoutMs`. */
  closed(timeoutMs: number): Promise<{ readonly how: "end" | "reset"; readonly afterMs: number } | undefined>;
  /** Stops and starts taking bytes, so that the sender's window fills. */
  pause(): void;
  resume(): void;
  bytesReceived(): number;
  /** RST. */
  reset(): void;
  end(): void;
};

/** A bare TCP connection, for requests no HTTP client would send and readers no HTTP client would be. */
export async function openRawSocket(port: number): Promise<RawSocket> {
  const chunks: Buffer[] = [];
  const startedMs = Date.now();
  const socket = await connected(port);
  const closed = new Promise<{ how: "end" | "reset"; afterMs: number }>((resolve) => {
    socket.once("end", () => resolve({ how: "end", afterMs: Date.now() - startedMs }));
    socket.once("error", () => resolve({ how: "reset", afterMs: Date.now() - startedMs }));
    socket.once("close", () => resolve({ how: "end", afterMs: Date.now() - startedMs }));
  });
  socket.on("data", (bytes) => chunks.push(Buffer.from(bytes)));
  return {
    write: (text) => void socket.write(text),
    received: () => Buffer.concat(chunks).toString("latin1"),
    closed: (timeoutMs) =>
      Promise.race([closed, new Promise<undefined>((resolve) => setTimeout(resolve, timeoutMs, undefined).unref())]),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    bytesReceived: () => socket.bytesRead,
    reset: () => void socket.resetAndDestroy(),
    end: () => void socket.end(),
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}
