import type { TimeZone } from "#lib/format-time";
import type { Figures, Stats } from "./get-stats";

const stepsMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, none: 86_400_000 } as const;

export type TimeGrid = { readonly times: readonly number[]; readonly stepMs: number };

/** Every step of the range; the API leaves out those in which nothing happened. Days begin in the zone that is shown. */
export function timeGrid({ from, to, interval }: Stats, zone: TimeZone): TimeGrid {
  const stepMs = stepsMs[interval];
  const fromMs = Date.parse(from);
  const offsetMs = zone === "utc" ? 0 : -new Date(fromMs).getTimezoneOffset() * 60_000;
  const first = Math.floor((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const count = Math.max(1, Math.ceil((Date.parse(to) - first) / stepMs));
  return { times: Array.from({ length: count }, (_, index) => first + index * stepMs), stepMs };
}

type Point = Figures & { readonly at: string };

/** The value of each step; `empty` where nothing happened. A point belongs to the step that it lies in. */
export function onGrid<Empty>(
  { times, stepMs }: TimeGrid,
  series: readonly Point[] | undefined,
  value: (figures: Figures) => number | null | undefined,
  empty: Empty,
): readonly (number | Empty)[] {
  const first = times[0] ?? 0;
  const found = new Map(series?.map((point) => [Math.round((Date.parse(point.at) - first) / stepMs), value(point)]));
  return times.map((_, index) => found.get(index) ?? empty);
}
