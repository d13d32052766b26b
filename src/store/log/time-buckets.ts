import { createPeriodClock } from "#core/period-at";
import type { Interval } from "./stats-query";

/** Roll-up levels by their number in the table, and how many milliseconds a bucket of each is. */
export const levels = ["minute", "hour", "day"] as const;
export type Level = (typeof levels)[number];
export const levelMs: { readonly [L in Level]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** How long buckets of each level are kept; days for five years. */
export const keptMs: { readonly [L in Level]: number } = {
  minute: 3 * 86_400_000,
  hour: 100 * 86_400_000,
  day: 1827 * 86_400_000,
};

/** Buckets of one level that follow each other; `from` and `to` count buckets since the epoch, `to` excluded. */
export type Stretch = { readonly level: Level; readonly from: number; readonly to: number };

export type Cover = { readonly fromMs: number; readonly toMs: number; readonly stretches: readonly Stretch[] };

/**
 * Covers a range with the largest buckets that fit, up to `largest`. Where the smaller ones are not kept any more an end
 * is moved outwards to the next that are.
 */
export function coverRange(range: { fromMs: number; toMs: number }, largest: Level, nowMs: number): Cover {
  const fromMs = floorTo(levelMs[finest(range.fromMs, nowMs)], range.fromMs);
  const toMs = Math.max(fromMs, ceilTo(levelMs[finest(range.toMs, nowMs)], range.toMs));
  return { fromMs, toMs, stretches: cover(fromMs, toMs, levels.indexOf(largest)) };
}

function cover(fromMs: number, toMs: number, largest: number): readonly Stretch[] {
  const level = levels[largest];
  if (level === undefined || fromMs >= toMs) return [];
  const [first, end] = [ceilTo(levelMs[level], fromMs), floorTo(levelMs[level], toMs)];
  if (first >= end) return cover(fromMs, toMs, largest - 1);
  const middle = { level, from: first / levelMs[level], to: end / levelMs[level] };
  return [...cover(fromMs, first, largest - 1), middle, ...cover(end, toMs, largest - 1)];
}

/** The smallest buckets that are still there. */
function finest(timeMs: number, nowMs: number): Level {
  return levels.find((level) => timeMs >= nowMs - keptMs[level]) ?? "day";
}

/** The largest roll-up level whose buckets lie within one point of a series. */
export function largestLevel(interval: Interval, timeZone: string): Level {
  switch (interval) {
    case "minute":
    case "hour":
      return interval;
    case "none":
      return "day";
    case "day":
      return timeZone === "UTC" ? "day" : "hour";
  }
}

/** The start of a series' point that a moment belongs to. Days begin where the zone's do, hours with those of UTC. */
export function pointOf(interval: Interval, timeZone: string): (ms: number) => number {
  switch (interval) {
    case "none":
      return () => 0;
    case "minute":
    case "hour":
      return (ms) => floorTo(levelMs[interval], ms);
    case "day": {
      if (timeZone === "UTC") return (ms) => floorTo(levelMs.day, ms);
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
