import { systemClock } from "#core/clock";
import { clientClosed, GatewayError } from "#core/errors";
import type { Settings } from "#core/snapshot";

/** Gives the place back; called twice it does nothing more. */
export type Leave = () => void;

/** Bounds how many requests a worker runs at once; a few more wait in line for a moment, the rest is refused. */
export type AdmissionGate = {
  /** A place if there is one and nobody waits for it. Synchronous, so that a gate with room costs nothing. */
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

/** The signals of those who wait are looked at so often: one timer for all, as a timer and a listener for each cost more than a refusal. */
const lookMs = 25;
/** So long nobody waits after the line's timer has been late: the processor has no time to spare. */
const busyMs = 100;

export function createAdmissionGate(
  settings: () => Pick<Settings, "maxRunning" | "maxQueued" | "queueMs">,
  nowMs: () => number = systemClock.monotonicMs,
): AdmissionGate {
  /** First in, first out: a Set keeps the order and lets a waiter leave from the middle. */
  const line = new Set<Waiter>();
  let running = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lookedMs = 0;
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

  /** Sends away who has waited long enough, and who has gone. */
  const look = (now: number): void => {
    const looksAtAll = now - lookedMs >= lookMs;
    if (looksAtAll) lookedMs = now;
    for (const waiter of line) {
      const isOver = waiter.untilMs <= now;
      // Those behind came later.
      if (!isOver && !looksAtAll) return;
      if (!isOver && !waiter.signal.aborted) continue;
      line.delete(waiter);
      waiter.refuse(isOver ? overloaded("no place came free in time") : clientClosed());
    }
  };

  const setTimer = (): void => {
    const [first] = line;
    if (timer !== undefined || first === undefined) return;
    const now = nowMs();
    const delayMs = Math.min(lookMs, Math.max(0, first.untilMs - now));
    const dueMs = now + delayMs;
    timer = setTimeout(() => {
      timer = undefined;
      const woken = nowMs();
      // Who would wait now would be told as late as this, and cost the time that running requests need.
      if (woken - dueMs > settings().queueMs) busyUntilMs = woken + busyMs;
      look(woken);
      setTimer();
    }, delayMs);
  };

  return {
    tryEnter,
    enter: async (signal) => {
      const leave = tryEnter();
      if (leave !== undefined) return leave;
      if (signal.aborted) throw clientClosed();
      const { maxQueued, queueMs } = settings();
      const now = nowMs();
      if (line.size >= maxQueued || queueMs <= 0) throw overloaded("too many requests are running and waiting");
      if (now < busyUntilMs) throw overloaded("too many requests are running, and the worker is busy");
      return new Promise((admit, refuse) => {
        line.add({ untilMs: now + queueMs, signal, admit, refuse });
        setTimer();
      });
    },
    running: () => running,
    queued: () => line.size,
  };
}

function overloaded(why: string): GatewayError {
  return new GatewayError("overloaded", `Cannot take the request: ${why}`, { retryAfterS: 1 });
}
