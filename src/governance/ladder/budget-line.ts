import { clientClosed } from "#core/errors";
import type { Ticker, Watched } from "#lib/ticker";

/** More would only make each other wait. */
const mostWaiting = 256;
const retryMs = 25;

/** One request that waits for what others hold. */
type Waiter = {
  /** Whether it is done: it took what it needs, or will never have it. Must not throw. */
  readonly tryAgain: () => boolean;
  readonly untilMs: number;
  readonly signal: AbortSignal;
  readonly leave: (cause?: Error) => void;
};

/**
 * Requests of a worker that wait for holds of running ones to end. Who came first is tried first, with every settlement here
 * and every 25 ms, for those of other workers make no noise; who needs less than those before it may pass them.
 */
export class BudgetLine implements Watched {
  place = -1;
  /** A set keeps the order and lets a waiter leave from the middle. */
  private readonly line = new Set<Waiter>();
  private isCalled = false;

  constructor(private readonly ticker: Ticker) {}

  isFull(): boolean {
    return this.line.size >= mostWaiting;
  }

  /** Resolves once `tryAgain` is true, or the time is over. Rejects with `client_closed` where the client left. */
  join(tryAgain: () => boolean, signal: AbortSignal, waitMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const untilMs = this.ticker.add(this) + waitMs;
    const leave = (cause?: Error) => (cause === undefined ? resolve() : reject(cause));
    this.line.add({ tryAgain, untilMs, signal, leave });
    this.ticker.tickBy(Math.min(untilMs, this.ticker.recentMs() + retryMs));
    return promise;
  }

  /** A request of this worker has ended. Those who wait are tried once in a turn, however many end in it. */
  settled(): void {
    if (this.line.size === 0 || this.isCalled) return;
    this.isCalled = true;
    queueMicrotask(this.call);
  }

  tick(nowMs: number): void {
    for (const waiter of this.line) {
      if (waiter.signal.aborted) this.end(waiter, clientClosed());
      else if (waiter.tryAgain() || waiter.untilMs <= nowMs) this.end(waiter);
    }
    if (this.line.size === 0) this.ticker.remove(this);
    else this.ticker.tickBy(nowMs + retryMs);
  }

  private readonly call = (): void => {
    this.isCalled = false;
    for (const waiter of this.line) if (!waiter.signal.aborted && waiter.tryAgain()) this.end(waiter);
  };

  private end(waiter: Waiter, cause?: Error): void {
    this.line.delete(waiter);
    waiter.leave(cause);
  }
}
