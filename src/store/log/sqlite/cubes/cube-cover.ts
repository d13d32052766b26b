import type { StatsQuery } from "../../stats-query";
import { dayMs, hourMs, keptMs, pointOf, type Stretch, toMinutes } from "../../time-buckets";

/**
 * Covers a range, of whole minutes: whole hours by cubes, what is before and after by facts, and so are the hours of UTC in
 * which days of the zone begin, where they begin in the middle of one. Undefined where cubes are of no use: they reach as
 * far back as facts do, and an hour must lie within one point of the series.
 */
export function coverByCubes(
  range: { readonly fromMs: number; readonly toMs: number },
  { interval, timeZone, nowMs }: Pick<StatsQuery, "interval" | "timeZone" | "nowMs">,
): readonly Stretch[] | undefined {
  const { fromMs, toMs } = toMinutes(range);
  const [first, end] = [Math.ceil(fromMs / hourMs) * hourMs, Math.floor(toMs / hourMs) * hourMs];
  if (interval === "minute" || first >= end) return undefined;
  if (fromMs < Math.ceil((nowMs - keptMs.facts) / dayMs) * dayMs) return undefined;
  const halves = interval === "day" && timeZone !== "UTC" ? sharedHours(timeZone, first, end) : [];
  const stretches: Stretch[] = [{ from: "facts", fromMs, toMs: first }];
  let reached = first;
  for (const hour of halves) {
    stretches.push(
      { from: "cubes", fromMs: reached, toMs: hour },
      { from: "facts", fromMs: hour, toMs: hour + hourMs },
    );
    reached = hour + hourMs;
  }
  stretches.push({ from: "cubes", fromMs: reached, toMs: end }, { from: "facts", fromMs: end, toMs });
  return stretches.filter((stretch) => stretch.fromMs < stretch.toMs);
}

/** The hours of UTC in a range, in order, that belong to two days of a zone. */
function sharedHours(timeZone: string, fromMs: number, toMs: number): readonly number[] {
  const dayOf = pointOf("day", timeZone);
  const hours: number[] = [];
  // Days are 23 to 25 hours long, so that half days meet each.
  for (let ms = fromMs; ms < toMs + dayMs / 2; ms += dayMs / 2) {
    const begins = dayOf(ms);
    const hour = Math.floor(begins / hourMs) * hourMs;
    if (begins !== hour && hour >= fromMs && hour < toMs && hour !== hours.at(-1)) hours.push(hour);
  }
  return hours;
}
