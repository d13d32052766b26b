import { PiecedBytes } from "#lib/pieced-bytes";
import type { SocketWriter } from "#lib/socket-writer";
import { ConnectionError, closedEarly } from "./connection-error";
import type { AnswerHead } from "./http1/answer-head";
import type { AnswerReceiver } from "./http1/answer-receiver";
import { ResponseParser } from "./http1/response-parser";
import type { Idle } from "./idle-connections";
import type { SocketHolder, UpstreamSocket } from "./socket-holder";

/** One request and its answer, told how the answer goes on. */
export type Exchange = AnswerReceiver & {
  /**
   * One read that begins with a chunk, in chunked coding. True: it was one chunk, and went on as it is. False: nothing was
   * done, and it is to be given as `data`.
   */
  readonly takes: (coded: Uint8Array) => boolean;
  /** All that one read brought of the body has been given. */
  readonly readEnded: () => void;
  readonly ended: () => void;
  readonly broken: (cause: ConnectionError) => void;
};

/** What a connection belongs to. */
export type ConnectionOwner = {
  readonly writer: SocketWriter;
  readonly isSecure: boolean;
  /** What shortens the handshake of the next connection. */
  tlsSession: Uint8Array | undefined;
  /** It waits for another request. */
  readonly release: (connection: Connection) => void;
  /** It has closed. */
  readonly forget: (connection: Connection) => void;
};

/** An open connection to a provider, for one exchange after the other. */
export class Connection implements SocketHolder, AnswerReceiver, Idle {
  isWaiting = false;
  idleUntilMs = 0;
  older: Idle | undefined;
  newer: Idle | undefined;
  serverKeepsMs: number | undefined;
  private readonly parser = new ResponseParser(this);
  private exchange: Exchange | undefined;
  /** What of the request has not been written yet. */
  private unsent: readonly Uint8Array[] = [];
  private isPaused = false;
  private gaveData = false;
  private gaveSession = false;

  constructor(
    private readonly socket: UpstreamSocket,
    private readonly owner: ConnectionOwner,
  ) {
    socket.data.holder = this;
  }

  /** Sends a request and is the exchange's until its end. False where the connection has closed: nothing was sent. */
  send(exchange: Exchange, head: string, body: Uint8Array | PiecedBytes): boolean {
    const { writer } = this.owner;
    const unsent =
      body instanceof PiecedBytes
        ? writer.writePieced(this.socket, head, body)
        : writer.write(this.socket, head, [body]);
    if (unsent === undefined) return false;
    this.exchange = exchange;
    this.unsent = unsent;
    this.parser.begin();
    return true;
  }

  pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.socket.resume();
  }

  /** Closes it at once; no callback of its user runs any more. */
  close(): void {
    this.exchange = undefined;
    this.parser.stop();
    this.unsent = [];
    this.socket.terminate();
  }

  connected(): void {}

  opened(): void {}

  received(bytes: Uint8Array): void {
    const { exchange } = this;
    // Nobody asked for them: what followed could not be told from an answer.
    if (exchange === undefined) {
      this.close();
      return;
    }
    if (this.parser.isBetweenChunks && exchange.takes(bytes)) return;
    const progress = this.parser.push(bytes);
    if (this.gaveData) {
      this.gaveData = false;
      if (this.exchange === exchange) exchange.readEnded();
    }
    if (this.exchange !== exchange) return;
    if (progress === "complete") this.finish(exchange);
    else if (progress === "invalid") this.break(exchange, new ConnectionError("INVALID_HTTP", this.parser.problem));
  }

  drained(): void {
    if (this.unsent.length > 0) this.unsent = this.owner.writer.writeOn(this.socket, this.unsent);
  }

  closed(cause: Error | undefined): void {
    this.owner.forget(this);
    const { exchange } = this;
    if (exchange === undefined) return;
    if (cause === undefined && this.parser.close() === "complete") this.finish(exchange);
    else this.break(exchange, closedEarly());
  }

  head(head: AnswerHead): void {
    this.serverKeepsMs = head.keepAliveMs;
    this.exchange?.head(head);
  }

  data(bytes: Uint8Array): void {
    this.gaveData = true;
    this.exchange?.data(bytes);
  }

  /** An answer may be complete before its request is: the rest of that has no place on the connection any more. */
  private finish(exchange: Exchange): void {
    this.exchange = undefined;
    if (this.owner.isSecure && !this.gaveSession) this.giveSession();
    if (this.parser.canReuse && this.unsent.length === 0) {
      this.resume();
      this.owner.release(this);
    } else this.close();
    exchange.ended();
  }

  /** Once, after its first answer: the session's ticket has come by then. */
  private giveSession(): void {
    this.gaveSession = true;
    const session: unknown = this.socket.getSession();
    if (session instanceof Uint8Array) this.owner.tlsSession = session;
  }

  private break(exchange: Exchange, cause: ConnectionError): void {
    this.close();
    exchange.broken(cause);
  }
}
