import type { StatsQuery } from "../../stats-query";
import { dayMs, hourMs, keptMs, pointOf, type Stretch, toMinutes } from "../../time-buckets";

/**
 * Covers a range, of whole minutes: whole hours by cubes, what is before and after by facts. Undefined where cubes are
 * of no use: they reach as far back as facts do, and hours must lie within one point of the series.
 */
export function coverByCubes(
  range: { readonly fromMs: number; readonly toMs: number },
  { interval, timeZone, nowMs }: Pick<StatsQuery, "interval" | "timeZone" | "nowMs">,
): readonly Stretch[] | undefined {
  const { fromMs, toMs } = toMinutes(range);
  const [first, end] = [Math.ceil(fromMs / hourMs) * hourMs, Math.floor(toMs / hourMs) * hourMs];
  if (interval === "minute" || first >= end) return undefined;
  if (fromMs < Math.ceil((nowMs - keptMs.facts) / dayMs) * dayMs) return undefined;
  if (interval === "day" && timeZone !== "UTC" && !beginsWithHours(timeZone, first, end)) return undefined;
  const stretches: readonly Stretch[] = [
    { from: "facts", fromMs, toMs: first },
    { from: "cubes", fromMs: first, toMs: end },
    { from: "facts", fromMs: end, toMs },
  ];
  return stretches.filter((stretch) => stretch.fromMs < stretch.toMs);
}

/** Whether days of the zone begin with an hour of UTC throughout the range. */
function beginsWithHours(timeZone: string, fromMs: number, toMs: number): boolean {
  const dayOf = pointOf("day", timeZone);
  for (let ms = fromMs; ms < toMs + dayMs; ms += dayMs) if (dayOf(ms) % hourMs !== 0) return false;
  return true;
}
