import { GatewayError } from "#core/errors";
import type { PiecedBytes } from "#lib/pieced-bytes";
import type { Ticker, Watched } from "#lib/ticker";
import { Answer, type AnsweredCall } from "./answer";
import { callFailure, type Expired, type RequestFacts, withoutQuery } from "./call-failure";
import { Connection, type Exchange } from "./connection";
import { ConnectionError, closedEarly } from "./connection-error";
import { Dialing } from "./dialing";
import type { AnswerHead } from "./http1/answer-head";
import type { Origin } from "./origin";
import type { UpstreamRequest, UpstreamResponse } from "./upstream";

/** What all calls are made with. */
export type CallMeans = {
  readonly ticker: Ticker;
  /** Whether this process ends. Asked once a tick. */
  readonly isClosing: () => boolean;
};

/** What is sent, and where to. */
export type OutgoingRequest = {
  readonly origin: Origin;
  readonly addresses: readonly string[];
  /** latin1. */
  readonly head: string;
  readonly body: Uint8Array | PiecedBytes;
};

/**
 * A running call to a provider: its connection, its timers, and the one way to end it early. It keeps nothing of a request
 * that is sent, and listens to no signal before a tick has passed.
 */
export class UpstreamCall implements Watched, Exchange, AnsweredCall, RequestFacts {
  place = -1;
  readonly method: RequestFacts["method"];
  readonly url: string;
  readonly caller: RequestFacts["caller"];
  readonly timeouts: RequestFacts["timeouts"];
  /** The first-token timer runs from the start. */
  private readonly streams: boolean;
  private readonly givesRedirects: boolean;
  private readonly startedMs: number;
  private isOver = false;
  private expired: Expired | undefined;
  private dialing: Dialing | undefined;
  private connection: Connection | undefined;
  private answer: Answer | undefined;
  private tokenCame = false;
  /** The provider showed that it works: it may take longer to its first token. */
  private isAlive = false;
  /** When bytes came last, or were first waited for; undefined while none are wanted. */
  private waitingSinceMs: number | undefined;
  /** When the last token came, put off by the pauses since then. */
  private tokenMs = 0;
  private pausedAtMs = 0;
  private stopListening: (() => void) | undefined;

  /**
   * @param request Not kept: its body need not live as long as the answer.
   * @param response Rejected with a GatewayError. Not kept longer than it is open: an answer may last for an hour.
   */
  constructor(
    private readonly means: CallMeans,
    request: UpstreamRequest,
    private response: PromiseWithResolvers<UpstreamResponse> | undefined,
  ) {
    this.method = request.method;
    this.url = request.url;
    this.caller = request.caller;
    this.timeouts = request.timeouts;
    this.streams = request.streams ?? false;
    this.givesRedirects = request.isForeign ?? false;
    this.startedMs = means.ticker.add(this);
  }

  /**
   * Sends the request on a connection that waits, or on a new one. It is sent once: where a connection breaks that took any
   * of it, the caller decides whether to ask again, for the provider may have begun to work, and to charge.
   */
  send(request: OutgoingRequest): void {
    if (this.isOver) return;
    const { origin } = request;
    for (let waiting = origin.take(); waiting !== undefined; waiting = origin.take()) {
      if (this.sendOn(waiting, request)) return;
    }
    this.dial(request);
  }

  /** Apart, for its closures would cost every call a scope. */
  private dial(request: OutgoingRequest): void {
    const { addresses, origin } = request;
    this.dialing = new Dialing(origin, addresses, this.means.ticker.recentMs(), this.timeouts.connectMs, {
      opened: (socket) => {
        this.dialing = undefined;
        if (!this.sendOn(new Connection(socket, origin), request)) this.fail(closedEarly());
      },
      failed: (cause) => this.fail(cause),
    });
  }

  sawToken(): void {
    this.tokenCame = true;
    this.tokenMs = this.means.ticker.recentMs();
  }

  sawLife(): void {
    this.isAlive = true;
  }

  want(isWanted: boolean): void {
    const nowMs = this.means.ticker.recentMs();
    // The time in which the reader was the slow one does not count.
    const isPaused = this.waitingSinceMs === undefined;
    if (isWanted && isPaused) this.tokenMs += nowMs - this.pausedAtMs;
    else if (!isWanted && !isPaused) this.pausedAtMs = nowMs;
    this.waitingSinceMs = isWanted ? nowMs : undefined;
    if (isWanted) this.connection?.resume();
    else this.connection?.pause();
  }

  /** Closes the connection, and says nothing more. */
  abandon(): void {
    this.stop();
    this.dialing?.abandon();
    this.connection?.close();
    this.connection = undefined;
  }

  fail(cause: unknown): GatewayError {
    this.abandon();
    const error = cause instanceof GatewayError ? cause : this.failureOf(cause);
    if (this.answer === undefined) this.response?.reject(error);
    else this.answer.fail(error);
    return error;
  }

  head(head: AnswerHead): void {
    const { status } = head;
    if (status >= 300 && status < 400 && !this.givesRedirects) {
      this.fail(redirected(status, this));
      return;
    }
    this.answer = new Answer(head, this);
    this.response?.resolve(this.answer);
    this.response = undefined;
  }

  takes(coded: Uint8Array): boolean {
    if (this.answer?.takes(coded) !== true) return false;
    if (this.waitingSinceMs !== undefined) this.waitingSinceMs = this.means.ticker.recentMs();
    return true;
  }

  data(bytes: Uint8Array): void {
    if (this.waitingSinceMs !== undefined) this.waitingSinceMs = this.means.ticker.recentMs();
    this.answer?.data(bytes);
  }

  readEnded(): void {
    this.answer?.readEnded();
  }

  ended(): void {
    this.connection = undefined;
    this.stop();
    this.answer?.end();
  }

  broken(cause: ConnectionError): void {
    this.connection = undefined;
    this.fail(cause);
  }

  tick(nowMs: number): void {
    const { isClosing, ticker } = this.means;
    if (isClosing()) {
      this.fail(givenUp());
      return;
    }
    if (this.stopListening === undefined && nowMs - this.startedMs >= ticker.tickMs) this.listen(this.caller.signal);
    if (this.isOver) return;
    this.dialing?.tick(nowMs);
    this.expired = this.overdue(nowMs);
    if (this.expired !== undefined) this.fail(givenUp());
  }

  private sendOn(connection: Connection, { body, head }: OutgoingRequest): boolean {
    if (!connection.send(this, head, body)) return false;
    this.connection = connection;
    return true;
  }

  private failureOf(cause: unknown): GatewayError {
    const stage = this.answer === undefined ? "before-headers" : "in-body";
    const { expired, isAlive } = this;
    return callFailure(cause, { request: this, stage, expired, isAlive, isClosing: this.means.isClosing() });
  }

  private stop(): void {
    this.isOver = true;
    this.means.ticker.remove(this);
    this.stopListening?.();
  }

  private listen(signal: AbortSignal): void {
    const giveUp = () => void this.fail(givenUp());
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener("abort", giveUp, { once: true });
    this.stopListening = () => signal.removeEventListener("abort", giveUp);
  }

  private overdue(nowMs: number): Expired | undefined {
    const { connectMs, headersMs, totalMs } = this.timeouts;
    const elapsedMs = nowMs - this.startedMs;
    if (this.answer === undefined) {
      if (this.connection === undefined && elapsedMs >= connectMs) return { timer: "connect", limitMs: connectMs };
      if (elapsedMs >= headersMs) return { timer: "headers", limitMs: headersMs };
    }
    const silent = this.tokenCame ? this.idle(nowMs) : this.overdueBeginning(nowMs, elapsedMs);
    return silent ?? (elapsedMs >= totalMs ? { timer: "total", limitMs: totalMs } : undefined);
  }

  /** Before the first token silence is not counted: a model may think for minutes, and show it only now and then. */
  private overdueBeginning(nowMs: number, elapsedMs: number): Expired | undefined {
    const { firstTokenMs, idleMs, patientFirstTokenMs = firstTokenMs } = this.timeouts;
    if (this.streams) {
      const limitMs = this.isAlive ? Math.max(firstTokenMs, patientFirstTokenMs) : firstTokenMs;
      return elapsedMs >= limitMs ? { timer: "first token", limitMs } : undefined;
    }
    // Its headers may have come just now, or blank lines that show life.
    if (this.answer === undefined || elapsedMs < firstTokenMs || this.silentMs(nowMs) < idleMs) return undefined;
    return { timer: "first byte", limitMs: firstTokenMs };
  }

  /** What is no token shows life, but not for ever. */
  private idle(nowMs: number): Expired | undefined {
    if (this.waitingSinceMs === undefined) return undefined;
    const { firstTokenMs, idleMs, patientFirstTokenMs = firstTokenMs } = this.timeouts;
    if (this.silentMs(nowMs) >= idleMs) return { timer: "idle", limitMs: idleMs };
    const limitMs = Math.max(idleMs, patientFirstTokenMs);
    return this.streams && nowMs - this.tokenMs >= limitMs ? { timer: "idle", limitMs } : undefined;
  }

  private silentMs(nowMs: number): number {
    return this.waitingSinceMs === undefined ? 0 : nowMs - this.waitingSinceMs;
  }
}

/** A timer, the client or the end of this process ended the call. */
function givenUp(): ConnectionError {
  return new ConnectionError("ABORTED");
}

function redirected(status: number, { method, url }: RequestFacts): GatewayError {
  return new GatewayError(
    "upstream_error",
    `The provider answered with a redirect (${status}), which is not followed`,
    {
      detail: `${method} ${withoutQuery(url)}`,
      fault: "invalid",
    },
  );
}
