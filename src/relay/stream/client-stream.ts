import type { BodyWriter, InferenceResponse, StreamedBody } from "#core/inference";
import type { Ticker, Watched } from "#lib/ticker";

/** What goes before a stream's first byte. */
export type StreamHead = Omit<InferenceResponse, "body">;

/** How a client is kept. */
export type ClientCare = {
  /** When the headers go out though there is no answer yet; -1: never. */
  readonly headersAfterMs: number;
  /** What shows that the connection lives; undefined where the client's dialect has nothing for that. */
  readonly keepAlive: Uint8Array | undefined;
  /** How long the client hears nothing at most; 0: for ever. */
  readonly keepAliveMs: number;
  /** Told where our own code fails at that. */
  readonly onFault: (cause: unknown) => void;
};

/** A client whose connection takes nothing for so long does not read: its stream would only fill memory. */
const unreadMs = 60_000;
/** Headers go out with the first byte of a source, or without it where it has nothing to say for so long. */
const firstByteMs = 250;
const carriageReturn = 13;
/** At the end of a chunk. */
const crlfBytes = 2;

/**
 * The client's side of a streamed answer, from the request to its end: when the headers go out, what the client gets while
 * nothing comes, and when it is given up. Where the answer comes from may be known before its headers go out, or after.
 */
export class ClientStream implements StreamedBody, BodyWriter, Watched {
  place = -1;
  private readonly startedMs: number;
  private readonly over = Promise.withResolvers<void>();
  /** Undefined once they are out. */
  private headers: PromiseWithResolvers<InferenceResponse> | undefined;
  private source: StreamedBody | undefined;
  private client: BodyWriter | undefined;
  private isLeft = false;
  private hasWritten = false;
  private writtenMs = 0;
  /** What was written last may end within a line ending. */
  private isTorn = false;
  /** Since when the connection has taken nothing; undefined while it has room. */
  private unreadSinceMs: number | undefined;

  /**
   * @param headers Resolved when they are to go out.
   * @param earlyHead The headers of an answer that has still to come; gives undefined while there is no target to name in
   *   them. Dropped as soon as it is not needed, since it refers to the request's body.
   */
  constructor(
    private readonly ticker: Ticker,
    private readonly care: ClientCare,
    headers: PromiseWithResolvers<InferenceResponse>,
    private earlyHead: (() => StreamHead | undefined) | undefined,
  ) {
    this.headers = headers;
    if (care.headersAfterMs < 0) this.earlyHead = undefined;
    this.startedMs = ticker.add(this);
  }

  /** The first target is being asked. */
  begun(): void {
    if (this.care.headersAfterMs === 0) this.sendEarly();
  }

  /** From now on the headers wait for the answer, which is known. Gives whether they are out already. */
  settle(): boolean {
    this.earlyHead = undefined;
    return this.headers === undefined;
  }

  /** The answer that streams; its head counts only where none is out. */
  answer({ status, contentType, headers }: StreamHead, source: StreamedBody): void {
    this.source = source;
    if (this.isLeft) source.leave();
    else if (this.client !== undefined) this.sendFrom(source);
    else this.sendHeaders({ status, contentType, headers, body: this });
  }

  /** An answer that does not stream, where no headers are out. */
  refuse(response: InferenceResponse): void {
    this.ticker.remove(this);
    this.sendHeaders(response);
  }

  /** Our own code failed, and there will be no answer. The headers are refused for that reason where none are out. */
  abandon(cause: unknown): void {
    const { headers } = this;
    if (headers === undefined) {
      this.breakOff(cause);
      return;
    }
    this.ticker.remove(this);
    this.headers = undefined;
    headers.reject(cause);
  }

  sendTo(client: BodyWriter): Promise<void> {
    this.client = client;
    this.writtenMs = this.ticker.recentMs();
    if (this.source === undefined) this.showLife(client);
    else this.sendFrom(this.source);
    return this.over.promise;
  }

  /** An arrow function, for it is handed around. */
  readonly leave = (): void => {
    this.isLeft = true;
    this.ticker.remove(this);
    if (this.source !== undefined) this.source.leave();
    if (this.source === undefined || this.client === undefined) this.over.resolve();
  };

  write(bytes: Uint8Array): number | Promise<number> {
    if (this.client === undefined) return 0;
    this.hasWritten = true;
    this.writtenMs = this.ticker.recentMs();
    this.isTorn = bytes[bytes.length - 1] === carriageReturn;
    const written = this.client.write(bytes);
    if (typeof written === "number" || this.unreadSinceMs !== undefined) return written;
    this.unreadSinceMs = this.writtenMs;
    written.then(this.hasRoom, this.hasRoom);
    return written;
  }

  sendChunk(coded: Uint8Array): boolean {
    const { client } = this;
    if (this.unreadSinceMs !== undefined || client?.sendChunk?.(coded) !== true) return false;
    this.hasWritten = true;
    this.writtenMs = this.ticker.recentMs();
    this.isTorn = coded[coded.length - crlfBytes - 1] === carriageReturn;
    return true;
  }

  flush(): number | Promise<number> {
    return this.client?.flush() ?? 0;
  }

  tick(nowMs: number): void {
    const { client } = this;
    try {
      if (this.headers !== undefined) {
        if (nowMs - this.startedMs >= this.care.headersAfterMs) this.sendEarly();
      } else if (client !== undefined) this.tend(client, nowMs);
    } catch (cause) {
      this.breakOff(cause);
    }
  }

  /** Our own code failed. Early headers are a favour and can be left out; a client that has its headers is cut off. */
  private breakOff(cause: unknown): void {
    this.care.onFault(cause);
    this.earlyHead = undefined;
    if (this.headers === undefined) this.giveUp(cause);
  }

  private tend(client: BodyWriter, nowMs: number): void {
    if (this.unreadSinceMs !== undefined) {
      if (nowMs - this.unreadSinceMs >= unreadMs) {
        this.giveUp(new Error(`The client has read nothing for ${unreadMs} ms`));
      }
      return;
    }
    const afterMs = this.hasWritten ? this.care.keepAliveMs : firstByteMs;
    if (afterMs > 0 && nowMs - this.writtenMs >= afterMs) this.showLife(client);
  }

  private readonly hasRoom = (): void => {
    this.unreadSinceMs = undefined;
  };

  private sendEarly(): void {
    const head = this.earlyHead?.();
    if (head === undefined) return;
    this.sendHeaders({ status: head.status, contentType: head.contentType, headers: head.headers, body: this });
  }

  private sendHeaders(response: InferenceResponse): void {
    this.headers?.resolve(response);
    this.headers = undefined;
    this.earlyHead = undefined;
  }

  private sendFrom(source: StreamedBody): void {
    source.sendTo(this).then(this.end, this.fail);
  }

  private readonly end = (): void => {
    this.ticker.remove(this);
    this.over.resolve();
  };

  private readonly fail = (cause: unknown): void => {
    this.ticker.remove(this);
    this.over.reject(cause);
  };

  /** Sends a keep-alive, and the headers where nothing has gone out yet. */
  private showLife(client: BodyWriter): void {
    const { keepAlive, keepAliveMs } = this.care;
    if (keepAlive !== undefined && keepAliveMs > 0 && !this.isTorn) this.write(keepAlive);
    this.hasWritten = true;
    this.writtenMs = this.ticker.recentMs();
    client.flush();
  }

  private giveUp(cause: unknown): void {
    this.fail(cause);
    this.leave();
  }
}

/** A body of a few last words. */
export function lastWords(bytes: Uint8Array): StreamedBody {
  return {
    sendTo: async (client) => {
      await client.write(bytes);
    },
    leave: () => undefined,
  };
}
