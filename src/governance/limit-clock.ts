import type { Period, PeriodRule } from "#core/period";
import { createPeriodClock } from "#core/period-at";
import { windowParts } from "#ledger/ledger";

/** The clocks that limits are counted by: periods of budgets by the calendar, windows by the machine's. */
export type LimitClock = { readonly nowMs: number; readonly machineMs: number };

/** Gives the current period of a rule; remembers each rule's. */
export type PeriodFinder = (rule: PeriodRule, nowMs: number) => Period;

export function createPeriodFinder(): PeriodFinder {
  const clocks = new WeakMap<PeriodRule, (nowMs: number) => Period>();
  return (rule, nowMs) => {
    let clock = clocks.get(rule);
    if (clock === undefined) {
      clock = createPeriodClock(rule);
      clocks.set(rule, clock);
    }
    return clock(nowMs);
  };
}

/** The number of the sixteenth of a window that a moment is in. */
export function sixteenthAt(windowMs: number, machineMs: number): number {
  return Math.floor(machineMs / (windowMs / windowParts));
}
