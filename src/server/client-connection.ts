import type { Socket } from "bun";
import { GatewayError } from "#core/errors";
import { type SocketWriter, sizeLine } from "#lib/socket-writer";
import { Exchange, type ExchangeConnection, type ExchangeServices } from "./exchange";
import { answerHead } from "./http-answer";
import type { RequestHead } from "./http1/request-head";
import { type Progress, RequestParser, type RequestReceiver } from "./http1/request-parser";
import type { RestingConnections } from "./resting-connections";

export type ClientSocket = Socket<ClientConnection | undefined>;

/** What the connections of a server share. */
export type ConnectionServices = ExchangeServices & {
  readonly writer: SocketWriter;
  readonly nowMs: () => number;
  readonly resting: RestingConnections;
  /** Between two requests, and for a client that does not read the end of an answer. */
  readonly idleMs: number;
};

/** For a head, from its first byte on; of a connection's first request from its beginning. */
const headMs = 10_000;
/** What comes of a body that was not read, or after an answer that ended its connection, is dropped for so long. */
const lingerMs = 5000;
/** Bytes of further requests that are kept while one runs; then the connection is not read. */
const maxAheadBytes = 64 * 1024;

const never = Number.POSITIVE_INFINITY;

/** A client's connection, for one request after the other. */
export class ClientConnection implements RequestReceiver, ExchangeConnection {
  /** Where it stands in the server's list. */
  place = -1;
  /** When it is closed if nothing changes. */
  untilMs: number;
  /** Where a refusal asked its client to wait. */
  mayAskAtMs = 0;
  /** Since when no request runs; infinite while one does. */
  idleSinceMs: number;
  private readonly parser = new RequestParser(this);
  private exchange: Exchange | undefined;
  private unsent: readonly Uint8Array[] = [];
  /** The answer of the exchange is handed over. */
  private isAnswered = false;
  private closesAfter = false;
  /** Nothing more is read or answered. */
  private isClosing = false;
  private isPaused = false;
  /** More of the body is wanted. */
  private isWanted = true;
  /** The client need not be told that its body will be read. */
  private isInvited = true;
  private isFollowing = false;
  /** The next request has to wait. */
  private isResting = false;

  constructor(
    private readonly socket: ClientSocket,
    private readonly services: ConnectionServices,
  ) {
    this.idleSinceMs = services.nowMs();
    this.untilMs = this.idleSinceMs + headMs;
    this.parser.begin();
  }

  /** No request runs, and none has begun to come. */
  get isIdle(): boolean {
    return this.exchange === undefined && !this.parser.isInHead;
  }

  received(bytes: Uint8Array): void {
    if (this.isClosing) return;
    const wasIdle = this.isIdle;
    this.follow(this.parser.push(bytes));
    if (wasIdle && this.exchange === undefined && this.parser.isInHead) this.untilMs = this.services.nowMs() + headMs;
    this.readOrNot();
  }

  /** There is room for what was not written. */
  drained(): void {
    if (this.unsent.length === 0) return;
    this.unsent = this.services.writer.writeOn(this.socket, this.unsent);
    if (this.isAnswered) this.untilMs = this.services.nowMs() + this.services.idleMs;
    if (this.unsent.length > 0) return;
    this.exchange?.drained();
    this.follow("more");
  }

  closed(): void {
    const { exchange } = this;
    this.isClosing = true;
    this.exchange = undefined;
    this.parser.stop();
    this.unsent = [];
    exchange?.left();
  }

  /** Its time is up. */
  expire(): void {
    if (this.exchange !== undefined || this.isClosing) this.cut();
    else this.shutDown();
  }

  /** Ends it between two requests. */
  end(): void {
    this.isClosing = true;
    this.socket.end();
  }

  head(head: RequestHead): void {
    this.untilMs = never;
    this.idleSinceMs = never;
    this.isAnswered = false;
    this.isInvited = !head.expectsContinue;
    this.exchange = new Exchange(head, this, this.services);
  }

  data(bytes: Uint8Array): void {
    this.exchange?.body.data(bytes);
  }

  want(isWanted: boolean): void {
    this.isWanted = isWanted;
    this.readOrNot();
  }

  invite(): void {
    if (this.isInvited) return;
    this.isInvited = true;
    this.send("HTTP/1.1 100 Continue\r\n\r\n", []);
  }

  isFull(): boolean {
    return this.unsent.length > 0;
  }

  send(head: string, pieces: readonly Uint8Array[], chunkBytes = 0): void {
    if (this.isClosing) return;
    if (this.unsent.length > 0) {
      this.unsent = [...this.unsent, Buffer.from(head + sizeLine(chunkBytes), "latin1"), ...pieces];
      return;
    }
    // Of a socket that has closed the event is still to come.
    this.unsent = this.services.writer.write(this.socket, head, pieces, chunkBytes) ?? [];
  }

  sendAlone(bytes: Uint8Array): boolean {
    if (this.isClosing || this.unsent.length > 0) return false;
    const written = this.socket.write(bytes);
    // Of a socket that has closed the event is still to come.
    if (written >= 0 && written < bytes.length) this.unsent = [bytes.subarray(written)];
    return true;
  }

  address(): string | undefined {
    return this.socket.remoteAddress;
  }

  answered(closes: boolean, rests = false): void {
    const { exchange } = this;
    if (exchange === undefined) return;
    this.isAnswered = true;
    this.closesAfter ||= closes;
    if (!exchange.body.isComplete) {
      exchange.body.drop();
      this.untilMs = this.services.nowMs() + lingerMs;
    } else if (this.unsent.length > 0) this.untilMs = this.services.nowMs() + this.services.idleMs;
    if (!rests) this.services.resting.served();
    else if (!this.closesAfter) this.isResting = this.services.resting.take(this);
    this.follow("more");
    this.readOrNot();
  }

  /** It may be read again. */
  rested(): void {
    this.isResting = false;
    if (this.isClosing) return;
    if (this.exchange === undefined) this.follow(this.parser.begin());
    this.readOrNot();
  }

  cut(): void {
    this.isClosing = true;
    this.socket.terminate();
  }

  /** Goes on from what the parser found: to the handler, and from an answered request to the next. */
  private follow(found: Progress): void {
    if (this.isFollowing && found === "more") return;
    this.isFollowing = true;
    let progress = found;
    while (this.advance(progress)) progress = this.parser.begin();
    this.isFollowing = false;
  }

  /** Whether the next request may begin. */
  private advance(progress: Progress): boolean {
    if (progress === "invalid") this.refuse();
    const { exchange } = this;
    if (exchange === undefined || this.isClosing) return false;
    if (progress === "complete") {
      exchange.body.end();
      this.want(true);
    }
    if (!exchange.isHandled) exchange.handle();
    if (!this.isAnswered || this.unsent.length > 0) return false;
    if (!exchange.body.isComplete && !this.closesAfter) return false;
    this.exchange = undefined;
    exchange.sent();
    if (this.closesAfter) {
      this.shutDown();
      return false;
    }
    this.idleSinceMs = this.services.nowMs();
    this.untilMs = this.idleSinceMs + this.services.idleMs;
    return !this.isResting;
  }

  /** What cannot be read as HTTP. A request that runs is answered, and then the connection is closed. */
  private refuse(): void {
    const { exchange } = this;
    if (exchange === undefined) {
      const { refusal: status } = this.parser;
      const { headers = "", body = "" } = this.services.handler.unreadable?.(status) ?? {};
      const bytes = Buffer.from(typeof body === "string" ? body : "");
      this.send(answerHead({ status, headers }, { length: bytes.length }, true, this.services.date()), [bytes]);
      this.shutDown();
      return;
    }
    this.closesAfter = true;
    exchange.bodyFailed(new GatewayError("invalid_request", "Cannot read the request: its transfer coding is broken"));
  }

  /** Ends our side. To close at once could take the answer away from a client that is still sending. */
  private shutDown(): void {
    this.isClosing = true;
    this.untilMs = this.services.nowMs() + lingerMs;
    this.socket.shutdown();
  }

  private readOrNot(): void {
    const isPaused = !this.isClosing && (!this.isWanted || this.isResting || this.parser.heldBytes > maxAheadBytes);
    if (isPaused === this.isPaused) return;
    this.isPaused = isPaused;
    if (isPaused) this.socket.pause();
    else this.socket.resume();
  }
}
