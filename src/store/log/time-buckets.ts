import { createPeriodClock } from "#core/period-at";
import type { Interval } from "./stats-query";

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** How long statistics tell minutes apart, and how long days. */
export const keptMs = { facts: 100 * dayMs, days: 1827 * dayMs } as const;

/** Part of a range: to be summed up from facts, from the roll-ups of whole days (UTC) or the cubes of whole hours. The end is excluded. */
export type Stretch = { readonly from: "facts" | "days" | "cubes"; readonly fromMs: number; readonly toMs: number };

export type Cover = { readonly fromMs: number; readonly toMs: number; readonly stretches: readonly Stretch[] };

/**
 * Covers a range, of whole minutes; where facts are kept no more an end is moved outwards to the next day. `byDay`:
 * whether whole days are to come from roll-ups where there are facts, too.
 */
export function coverRange(range: { fromMs: number; toMs: number }, byDay: boolean, nowMs: number): Cover {
  const factsFromMs = ceilTo(dayMs, nowMs - keptMs.facts);
  const unitAt = (ms: number) => (ms >= factsFromMs ? minuteMs : dayMs);
  const fromMs = floorTo(unitAt(range.fromMs), range.fromMs);
  const toMs = Math.max(fromMs, ceilTo(unitAt(range.toMs), range.toMs));
  const first = Math.min(byDay || fromMs < factsFromMs ? ceilTo(dayMs, fromMs) : toMs, toMs);
  const end = Math.max(first, byDay ? floorTo(dayMs, toMs) : Math.min(toMs, factsFromMs));
  const stretches: readonly Stretch[] = [
    { from: "facts", fromMs, toMs: first },
    { from: "days", fromMs: first, toMs: end },
    { from: "facts", fromMs: end, toMs },
  ];
  return { fromMs, toMs, stretches: stretches.filter((stretch) => stretch.fromMs < stretch.toMs) };
}

/** A range of whole minutes. */
export function toMinutes({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  const start = floorTo(minuteMs, fromMs);
  return { fromMs: start, toMs: Math.max(start, ceilTo(minuteMs, toMs)) };
}

/** Whether whole days of UTC lie within one point of a series. */
export function holdsDays(interval: Interval, timeZone: string): boolean {
  return interval === "none" || (interval === "day" && timeZone === "UTC");
}

/** The start of a series' point that a moment belongs to. Days begin where the zone's do, hours with those of UTC. */
export function pointOf(interval: Interval, timeZone: string): (ms: number) => number {
  switch (interval) {
    case "none":
      return () => 0;
    case "minute":
      return (ms) => floorTo(minuteMs, ms);
    case "hour":
      return (ms) => floorTo(hourMs, ms);
    case "day": {
      if (timeZone === "UTC") return (ms) => floorTo(dayMs, ms);
      const align = { to: "calendar", timeZone } as const;
      const periodOf = createPeriodClock({ kind: "repeating", unit: "d", count: 1, align });
      return (ms) => periodOf(ms).startMs;
    }
  }
}

function floorTo(unit: number, ms: number): number {
  return Math.floor(ms / unit) * unit;
}

function ceilTo(unit: number, ms: number): number {
  return Math.ceil(ms / unit) * unit;
}
