import type { BodyWriter } from "#core/inference";

/** Where the pieces of an answer go. */
export type OutgoingConnection = {
  /** Some of what was sent waits for the client to read. */
  readonly isFull: () => boolean;
  /**
   * @param pieces The list is the caller's again once this returns.
   * @param chunkBytes The pieces are a chunk with so many bytes, whose size is still to be told.
   */
  readonly send: (head: string, pieces: readonly Uint8Array[], chunkBytes?: number) => void;
  /** Sends bytes as they are where nothing waits; false: nothing was done. They are not written to later. */
  readonly sendAlone: (bytes: Uint8Array) => boolean;
};

/** So much is sent without waiting for `flush`. */
const maxPendingBytes = 32 * 1024;

/** An answer that is written piece by piece: its head goes out with the first of them. Every flush makes one chunk. */
export class OutgoingBody implements BodyWriter {
  /** One list for all pieces: it is kept nowhere. */
  private readonly pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private isOver = false;
  private room: PromiseWithResolvers<number> | undefined;

  constructor(
    private readonly connection: OutgoingConnection,
    private head: string,
    private readonly isChunked: boolean,
  ) {}

  write(bytes: Uint8Array): number | Promise<number> {
    if (this.isOver) return 0;
    if (bytes.length > 0) this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes > maxPendingBytes) this.flush();
    if (!this.connection.isFull()) return bytes.length;
    this.room ??= Promise.withResolvers();
    return this.room.promise;
  }

  sendChunk(coded: Uint8Array): boolean {
    const waits = this.isOver || this.pendingBytes > 0 || this.head !== "";
    return this.isChunked && !waits && this.connection.sendAlone(coded);
  }

  flush(): number {
    const { pendingBytes } = this;
    if (!this.isOver && (pendingBytes > 0 || this.head !== ""))
      this.send(pendingBytes > 0 && this.isChunked ? crlf : undefined);
    return pendingBytes;
  }

  /** Sends what is left, and the end. */
  end(): void {
    if (this.isOver) return;
    if (this.isChunked) this.send(this.pendingBytes > 0 ? lastOfSome : lastAlone);
    else this.flush();
    this.stop();
  }

  /** The client took what waited. */
  drained(): void {
    this.room?.resolve(0);
    this.room = undefined;
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.isOver = true;
    this.pending.length = 0;
    this.drained();
  }

  private send(after: Uint8Array | undefined): void {
    const { head, pending, pendingBytes } = this;
    this.head = "";
    this.pendingBytes = 0;
    if (after !== undefined) pending.push(after);
    this.connection.send(head, pending, this.isChunked ? pendingBytes : 0);
    pending.length = 0;
  }
}

const crlf = Buffer.from("\r\n");
const lastAlone = Buffer.from("0\r\n\r\n");
const lastOfSome = Buffer.from("\r\n0\r\n\r\n");
