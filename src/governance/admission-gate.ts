import { clientClosed, GatewayError } from "#core/errors";
import type { Settings } from "#core/snapshot";
import type { Ticker, Watched } from "#lib/ticker";

/** Gives the place back; called twice it does nothing more. */
export type Leave = () => void;

/** Bounds how many requests a worker runs at once; a few more wait in line for a moment, the rest is refused. */
export type AdmissionGate = {
  /** A place if one is free and the line is empty. Synchronous, so that a gate with room costs nothing. */
  readonly tryEnter: () => Leave | undefined;
  /**
   * A place, at the latest after `queueMs`. Rejects with `overloaded` when the line is full, none came free in time or
   * waiting is known to end late, `client_closed` when the client left the line.
   */
  readonly enter: (signal: AbortSignal) => Promise<Leave>;
  readonly running: () => number;
  readonly queued: () => number;
};

type Waiter = {
  readonly untilMs: number;
  readonly signal: AbortSignal;
  readonly admit: (leave: Leave) => void;
  readonly refuse: (error: GatewayError) => void;
};

/** How long no request waits after a tick came later than `queueMs`: the processor has no time to spare. */
const busyMs = 100;
/** At least so far apart are the ticks that the line asks for: a tick looks at every running call too. */
const apartMs = 5;

export function createAdmissionGate(
  settings: () => Pick<Settings, "maxRunning" | "maxQueued" | "queueMs">,
  ticker: Ticker,
): AdmissionGate {
  /** First in, first out: a Set keeps the order and lets a waiter leave from the middle. */
  const line = new Set<Waiter>();
  let running = 0;
  let busyUntilMs = 0;

  const takePlace = (): Leave => {
    running++;
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      running--;
      callNext();
    };
  };

  const callNext = (): void => {
    if (line.size === 0) return;
    const { maxRunning } = settings();
    for (const waiter of line) {
      if (running >= maxRunning) return;
      line.delete(waiter);
      if (waiter.signal.aborted) waiter.refuse(clientClosed());
      else waiter.admit(takePlace());
    }
  };

  const tryEnter = (): Leave | undefined =>
    line.size > 0 || running >= settings().maxRunning ? undefined : takePlace();

  /** Refuses what has waited long enough, or whose client has gone. */
  const watched: Watched = {
    tick: (nowMs, lateMs) => {
      // A request that waited now would be refused as late as this, and cost the time that running requests need.
      if (lateMs > settings().queueMs) busyUntilMs = nowMs + busyMs;
      for (const waiter of line) {
        const isOver = waiter.untilMs <= nowMs;
        if (!isOver && !waiter.signal.aborted) continue;
        line.delete(waiter);
        waiter.refuse(isOver ? overloaded("no place came free in time") : clientClosed());
      }
      const [first] = line;
      if (first === undefined) ticker.remove(watched);
      else ticker.tickBy(Math.max(first.untilMs, nowMs + apartMs));
    },
  };

  return {
    tryEnter,
    enter: async (signal) => {
      const leave = tryEnter();
      if (leave !== undefined) return leave;
      if (signal.aborted) throw clientClosed();
      const { maxQueued, queueMs } = settings();
      if (line.size >= maxQueued || queueMs <= 0) throw overloaded("too many requests are running and waiting");
      if (ticker.nowMs() < busyUntilMs) throw overloaded("too many requests are running, and the worker is busy");
      return new Promise((admit, refuse) => {
        const untilMs = ticker.add(watched) + queueMs;
        line.add({ untilMs, signal, admit, refuse });
        ticker.tickBy(untilMs);
      });
    },
    running: () => running,
    queued: () => line.size,
  };
}

function overloaded(why: string): GatewayError {
  return new GatewayError("overloaded", `Cannot take the request: ${why}`, { retryAfterS: 1 });
}
