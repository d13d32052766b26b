import { throwApart } from "./throw-apart";
import { type StartTimer, startTimer } from "./timer";

/** Something that is looked at from time to time. */
export type Watched = {
  /**
   * @param nowMs Of the ticker.
   * @param lateMs How much later this tick came than it was due: the event loop had no time.
   */
  readonly tick: (nowMs: number, lateMs: number) => void;
  /** Where it stands in the ticker's list, which alone writes it; -1 or absent while it is not watched. */
  place?: number;
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

/**
 * The timer runs only while something is watched. What is due is noticed at most a tick late.
 *
 * What is watched stands in an array. A set is laid out anew every few hundred additions, and its layouts refer each to the
 * next: with one of them everything that was watched at such a moment lives until the next full collection. That was half
 * of all upstream calls, with their requests.
 */
export function createTicker(tickMs: number, nowMs: () => number, start: StartTimer = startTimer): Ticker {
  const watched: Watched[] = [];
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
    for (let place = 0; place < watched.length; ) {
      const each = watched[place];
      try {
        each?.tick(recentMs, lateMs);
      } catch (error) {
        // What else is watched must not wait for ever because of it.
        throwApart(error);
      }
      // Else it was removed, and another stands there now.
      if (watched[place] === each) place++;
    }
    if (watched.length > 0) arm();
  };
  const remove = (each: Watched) => {
    const { place = -1 } = each;
    if (place < 0) return;
    each.place = -1;
    const last = watched.pop();
    if (last === undefined || last === each) return;
    watched[place] = last;
    last.place = place;
  };

  return {
    tickMs,
    nowMs,
    recentMs: () => recentMs,
    add: (each) => {
      if ((each.place ?? -1) < 0) each.place = watched.push(each) - 1;
      recentMs = nowMs();
      if (stop === undefined) {
        dueMs = recentMs + tickMs;
        arm();
      }
      return recentMs;
    },
    remove,
    tickBy: (atMs) => {
      if (atMs >= dueMs) return;
      dueMs = atMs;
      if (stop === undefined) return;
      stop();
      arm();
    },
  };
}
