import type { Clock } from "#core/clock";
import type { Timeouts } from "#core/snapshot";

/** The timers of an upstream call, by the names that error messages use. */
export type TimerName = "connect" | "headers" | "first token" | "idle" | "total";

/** One call's timers. They cost a few assignments a chunk: a shared tick looks at all running calls. */
export type Watch = {
  /** The timer that ended the call. */
  readonly expired: () => TimerName | undefined;
  /** The answer's headers came: connect and headers timers are over. */
  readonly headersCame: () => void;
  /** The first-token timer is over. */
  readonly sawToken: () => void;
  /** Someone asks for the next chunk: silence counts as idle from here on, for a slow reader is not the provider's fault. */
  readonly waiting: () => void;
  readonly arrived: () => void;
  readonly stop: () => void;
};

export type WatchOptions = {
  readonly timeouts: Timeouts;
  /** The first-token timer runs from the start. */
  readonly streams: boolean;
  readonly onExpired: (timer: TimerName) => void;
  /**
   * Looked at with every tick, and listened to from the first on that finds the call older than a tick: making fetch
   * follow it, or listening at once, costs a short call 10 µs.
   */
  readonly signal: AbortSignal;
  /** Asked once a tick. */
  readonly isClosing: () => boolean;
  readonly onAborted: () => void;
  /** Asked from half of the connect time on, once a tick, while no headers came: whether a connection is possible. */
  readonly isReachable: (sinceMs: number) => boolean;
};

export type Deadlines = { readonly watch: (options: WatchOptions) => Watch };

type Running = { readonly look: (nowMs: number) => void };

/** All timers of all calls on one interval, which runs only while there are calls. Late by at most one tick. */
export function createDeadlines(clock: Clock, tickMs: number): Deadlines {
  const running = new Set<Running>();
  let interval: ReturnType<typeof setInterval> | undefined;
  let tickedAtMs = 0;

  const tick = () => {
    tickedAtMs = clock.monotonicMs();
    for (const call of running) call.look(tickedAtMs);
    if (running.size > 0 || interval === undefined) return;
    clearInterval(interval);
    interval = undefined;
  };

  return {
    watch: ({ timeouts, streams, onExpired, signal, isClosing, onAborted, isReachable }) => {
      const startedMs = clock.monotonicMs();
      let expired: TimerName | undefined;
      let headersCame = false;
      let connected = false;
      let sawToken = false;
      let listening = false;
      let waitingSinceMs: number | undefined;

      const overdue = (nowMs: number): TimerName | undefined => {
        const elapsedMs = nowMs - startedMs;
        if (!headersCame && !connected && elapsedMs >= timeouts.connectMs / 2) {
          connected = isReachable(startedMs);
          if (!connected && elapsedMs >= timeouts.connectMs) return "connect";
        }
        if (!headersCame && elapsedMs >= timeouts.headersMs) return "headers";
        if ((headersCame || streams) && !sawToken && elapsedMs >= timeouts.firstTokenMs) return "first token";
        if (waitingSinceMs !== undefined && nowMs - waitingSinceMs >= timeouts.idleMs) return "idle";
        return elapsedMs >= timeouts.totalMs ? "total" : undefined;
      };

      const stop = () => {
        running.delete(call);
        if (listening) signal.removeEventListener("abort", giveUp);
      };
      const giveUp = () => {
        stop();
        onAborted();
      };
      const call: Running = {
        look: (nowMs) => {
          if (signal.aborted || isClosing()) return giveUp();
          if (!listening && nowMs - startedMs >= tickMs) {
            signal.addEventListener("abort", giveUp, { once: true });
            listening = true;
          }
          expired = overdue(nowMs);
          if (expired === undefined) return;
          stop();
          onExpired(expired);
        },
      };

      running.add(call);
      tickedAtMs = startedMs;
      interval ??= setInterval(tick, tickMs);
      return {
        expired: () => expired,
        headersCame: () => {
          headersCame = true;
        },
        sawToken: () => {
          sawToken = true;
        },
        waiting: () => {
          waitingSinceMs = tickedAtMs;
        },
        arrived: () => {
          waitingSinceMs = undefined;
        },
        stop,
      };
    },
  };
}
