import { type StartTimer, startTimer } from "./timer";

/** Something that is looked at from time to time. */
export type Watched = {
  /**
   * @param nowMs Of the ticker.
   * @param lateMs How much later this tick came than it was due: the event loop had no time.
   */
  readonly tick: (nowMs: number, lateMs: number) => void;
};

/** One timer for everything in a process that may wait too long. A timer of its own costs a request 2 µs and more. */
export type Ticker = {
  readonly tickMs: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** `nowMs` as of the last tick or `add`, whichever was later: it costs nothing. */
  readonly recentMs: () => number;
  /** Looks at it with every tick from now on, the first within `tickMs`. Gives `nowMs`. */
  readonly add: (watched: Watched) => number;
  readonly remove: (watched: Watched) => void;
  /** Moves the next tick forward to that time, if it would come later: for what cannot wait up to a tick longer. */
  readonly tickBy: (atMs: number) => void;
};

/** The timer runs only while something is watched. What is due is noticed at most a tick late. */
export function createTicker(tickMs: number, nowMs: () => number, start: StartTimer = startTimer): Ticker {
  const watched = new Set<Watched>();
  let stop: (() => void) | undefined;
  let recentMs = 0;
  let dueMs = 0;

  const arm = () => {
    stop = start(tick, Math.max(0, dueMs - recentMs));
  };
  const tick = () => {
    stop = undefined;
    recentMs = nowMs();
    const lateMs = Math.max(0, recentMs - dueMs);
    dueMs = recentMs + tickMs;
    for (const each of watched) each.tick(recentMs, lateMs);
    if (watched.size > 0) arm();
  };

  return {
    tickMs,
    nowMs,
    recentMs: () => recentMs,
    add: (each) => {
      watched.add(each);
      recentMs = nowMs();
      if (stop === undefined) {
        dueMs = recentMs + tickMs;
        arm();
      }
      return recentMs;
    },
    remove: (each) => {
      watched.delete(each);
    },
    tickBy: (atMs) => {
      if (atMs >= dueMs) return;
      dueMs = atMs;
      if (stop === undefined) return;
      stop();
      arm();
    },
  };
}
