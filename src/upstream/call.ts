import { GatewayError } from "#core/errors";
import type { Ticker, Watched } from "#lib/ticker";
import { callFailure, type RequestFacts, type Stage, type TimerName } from "./call-failure";

export type CallOptions = {
  readonly ticker: Ticker;
  readonly request: RequestFacts;
  /** The first-token timer runs from the start. */
  readonly streams: boolean;
  /** Whether this process ends. Asked once a tick. */
  readonly isClosing: () => boolean;
  /** Asked from half of the connect time on, once a tick, while no headers came: whether a connection is possible. */
  readonly isReachable: (sinceMs: number) => boolean;
};

/** A running call to a provider: its timers, and the one way to end it early. Its timers cost a few assignments a chunk. */
export class UpstreamCall implements Watched {
  private readonly controller = new AbortController();
  private readonly startedMs: number;
  private isOver = false;
  private expired: TimerName | undefined;
  private connected = false;
  private headersCame = false;
  private tokenCame = false;
  private waitingSinceMs: number | undefined;
  private stopListening: (() => void) | undefined;

  constructor(private readonly options: CallOptions) {
    this.startedMs = options.ticker.add(this);
  }

  /** Aborted as soon as the call is over before its time. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The connect and headers timers are over. */
  sawHeaders(): void {
    this.headersCame = true;
  }

  /** The first-token timer is over. */
  sawToken(): void {
    this.tokenCame = true;
  }

  /**
   * The next chunk is asked for: silence counts as idle from here on, for a slow reader is not the provider's fault. Gives
   * the error of a call that is over already.
   */
  waiting(): GatewayError | undefined {
    if (this.isOver) return this.fail(this.signal.reason, "in-body");
    this.waitingSinceMs = this.options.ticker.recentMs();
    return undefined;
  }

  arrived(): void {
    this.waitingSinceMs = undefined;
  }

  /** The body ended by itself, or the call is given up: no timer runs any more. */
  stop(): void {
    this.options.ticker.remove(this);
    this.stopListening?.();
  }

  /** Closes the connection. */
  abandon(): void {
    this.stop();
    this.isOver = true;
    this.controller.abort();
  }

  /** Abandons the call and names why it failed. */
  fail(cause: unknown, stage: Stage): GatewayError {
    this.abandon();
    if (cause instanceof GatewayError) return cause;
    const { isClosing, request } = this.options;
    return callFailure(cause, { request, stage, timer: this.expired, isClosing: isClosing() });
  }

  tick(nowMs: number): void {
    const { isClosing, request, ticker } = this.options;
    if (request.signal.aborted || isClosing()) {
      this.abandon();
      return;
    }
    // Listening at once, or making fetch follow the signal, costs a short call 10 µs.
    if (this.stopListening === undefined && nowMs - this.startedMs >= ticker.tickMs) this.listen(request.signal);
    this.expired = this.overdue(nowMs);
    if (this.expired !== undefined) this.abandon();
  }

  private listen(signal: AbortSignal): void {
    const abandon = () => this.abandon();
    signal.addEventListener("abort", abandon, { once: true });
    this.stopListening = () => signal.removeEventListener("abort", abandon);
  }

  private overdue(nowMs: number): TimerName | undefined {
    const { isReachable, request, streams } = this.options;
    const { connectMs, firstTokenMs, headersMs, idleMs, totalMs } = request.timeouts;
    const elapsedMs = nowMs - this.startedMs;
    if (!this.headersCame && !this.connected && elapsedMs >= connectMs / 2) {
      this.connected = isReachable(this.startedMs);
      if (!this.connected && elapsedMs >= connectMs) return "connect";
    }
    if (!this.headersCame && elapsedMs >= headersMs) return "headers";
    if ((this.headersCame || streams) && !this.tokenCame && elapsedMs >= firstTokenMs) return "first token";
    if (this.waitingSinceMs !== undefined && nowMs - this.waitingSinceMs >= idleMs) return "idle";
    return elapsedMs >= totalMs ? "total" : undefined;
  }
}
