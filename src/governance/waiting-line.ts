import { clientClosed, GatewayError } from "#core/errors";
import type { Ticker, Watched } from "#lib/ticker";

/** Gives a place back; called twice it does nothing more. */
export type Leave = () => void;

/** Requests that wait for a place, first in, first out. */
export type WaitingLine = {
  readonly size: () => number;
  /** Whether a request that began to wait now would be refused late: the processor has no time to spare. */
  readonly isSlow: (nowMs: number) => boolean;
  /** A place, once `callNext` gives one. Rejects with `overloaded` after the time, `client_closed` when the client left. */
  readonly join: (signal: AbortSignal, queueMs: number) => Promise<Leave>;
  /** Gives places to those who have waited longest, for as long as there are any. */
  readonly callNext: (takePlace: () => Leave | undefined) => void;
  /**
   * Refuses those who have waited enough. The line does so by a timer, but in a long turn of the event loop who comes and
   * goes notices sooner.
   */
  readonly refuseOverdue: (nowMs: number) => void;
};

export type WaitingLineParts = {
  readonly ticker: Ticker;
  readonly queueMs: () => number;
  /** Hears for how long a request waited that is refused with `overloaded`, milliseconds. */
  readonly onShed: (waitedMs: number) => void;
};

type Waiter = {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly signal: AbortSignal;
  readonly admit: (leave: Leave) => void;
  readonly refuse: (error: GatewayError) => void;
};

/** How long no request waits after a tick came later than `queueMs`. */
const slowMs = 250;
/** At least so far apart are the ticks that the line asks for: a tick looks at every running call too. */
const apartMs = 5;

export function createWaitingLine({ ticker, queueMs, onShed }: WaitingLineParts): WaitingLine {
  /** A Set keeps the order and lets a waiter leave from the middle. */
  const line = new Set<Waiter>();
  let slowUntilMs = 0;

  const refuseOverdue = (nowMs: number): void => {
    for (const waiter of line) {
      if (waiter.untilMs > nowMs) return;
      line.delete(waiter);
      onShed(nowMs - waiter.sinceMs);
      waiter.refuse(noneCameFree);
    }
  };
  const watched: Watched = {
    tick: (nowMs, lateMs) => {
      // A request that waited now would be refused as late as this, and cost the time that running requests need.
      if (lateMs > queueMs()) slowUntilMs = nowMs + slowMs;
      refuseOverdue(nowMs);
      for (const waiter of line) {
        if (!waiter.signal.aborted) continue;
        line.delete(waiter);
        waiter.refuse(clientClosed());
      }
      const [first] = line;
      if (first === undefined) ticker.remove(watched);
      else ticker.tickBy(Math.max(first.untilMs, nowMs + apartMs));
    },
  };

  return {
    size: () => line.size,
    isSlow: (nowMs) => nowMs < slowUntilMs,
    join: (signal, waitMs) =>
      new Promise((admit, refuse) => {
        const sinceMs = ticker.add(watched);
        const untilMs = sinceMs + waitMs;
        line.add({ sinceMs, untilMs, signal, admit, refuse });
        ticker.tickBy(untilMs);
      }),
    callNext: (takePlace) => {
      for (const waiter of line) {
        if (waiter.signal.aborted) {
          line.delete(waiter);
          waiter.refuse(clientClosed());
          continue;
        }
        const leave = takePlace();
        if (leave === undefined) return refuseOverdue(ticker.nowMs());
        line.delete(waiter);
        waiter.admit(leave);
      }
    },
    refuseOverdue,
  };
}

export function overloaded(why: string): GatewayError {
  return new GatewayError("overloaded", `Cannot take the request: ${why}`, { retryAfterS: 1 });
}

/** Made once, for refusals come by the thousand: their stack is never looked at. */
const noneCameFree = overloaded("no place came free in time");
