import type { Stats } from "#api/schema.gen";
import type { ChartSeries } from "#lib/chart-scale";

type Point = NonNullable<Stats["series"]>[number];

const stepsMs = { none: 86_400_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Series of a `Chart` from grouped statistics; what the API sums up as others comes last. Times are undefined without data. */
export function statsSeries(
  stats: Stats | undefined,
  by: string,
  value: (point: Point) => number,
): { readonly times: readonly number[] | undefined; readonly stepMs: number; readonly series: readonly ChartSeries[] } {
  if (stats === undefined) return { times: undefined, stepMs: stepsMs.hour, series: [] };
  const stepMs = stepsMs[stats.interval];
  const times = bucketsOf(Date.parse(stats.from), Date.parse(stats.to), stepMs);
  const valuesOf = (points: readonly Point[]) => {
    const found = new Map(points.map((point) => [Date.parse(point.at), value(point)]));
    return times.map((at) => found.get(at) ?? 0);
  };
  const groups = stats.groups.map(({ group, names, series = [] }) => ({
    name: names?.[by] ?? group[by] ?? "none",
    values: valuesOf(series),
  }));
  const { other } = stats;
  const rest =
    other === undefined
      ? []
      : [{ name: `${other.groups} others`, values: valuesOf(other.series ?? []), colour: "var(--series-rest)" }];
  return { times, stepMs, series: [...groups, ...rest] };
}

/** Beginnings of all buckets, those too in which nothing happened. */
function bucketsOf(fromMs: number, toMs: number, stepMs: number): readonly number[] {
  const first = Math.floor(fromMs / stepMs) * stepMs;
  return Array.from({ length: Math.ceil((toMs - first) / stepMs) }, (_, index) => first + index * stepMs);
}
