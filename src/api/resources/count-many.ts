import type { CountAnswer } from "#store/log/count-query";
import { pointsOf } from "#store/log/figures";
import { sumOf } from "#store/log/rollup-cell";
import type { ApiServices } from "../services";
import { dimensionFields, dimensionFilters } from "./log-query";

type Wanted = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly barMs: number;
  /** As they were parsed with `filterFields`. */
  readonly filters: { readonly [name: string]: string | undefined };
};

type Counted = Pick<CountAnswer, "records" | "errors" | "bars">;

const hourMs = 3_600_000;
/** Fewer are counted one by one, exact to the millisecond, in no time. */
const many = 20_000;

/**
 * Counts records over time by the roll-ups, which takes as long for a hundred millions as for a million. Undefined where
 * they do not tell the filters apart, bars are shorter than an hour, or there are few.
 */
export async function countMany(wanted: Wanted, { logs, nowMs }: Pick<ApiServices, "logs" | "nowMs">) {
  const { fromMs, toMs, barMs, filters } = wanted;
  const names = Object.keys(filters).filter((name) => filters[name] !== undefined);
  // Roll-ups keep refused requests apart from the others: the outcome decides whether they count.
  const isTold = names.every((name) => name !== "outcome" && Object.hasOwn(dimensionFields, name));
  if (!isTold || barMs % hourMs !== 0) return undefined;
  const { total, series } = await logs.stats({
    fromMs,
    toMs,
    nowMs: nowMs(),
    interval: "hour",
    timeZone: "UTC",
    filters: dimensionFilters(filters),
    groupBy: [],
    top: 1,
    order: "requests",
    comparePrevious: false,
    percentiles: false,
  });
  const records = sumOf(total, "requests");
  if (records < many) return undefined;
  const bars = new Map<number, { readonly records: number; readonly errors: number }>();
  for (const { atMs, figures } of pointsOf(series)) {
    const startMs = atMs - (atMs % barMs);
    const before = bars.get(startMs) ?? { records: 0, errors: 0 };
    bars.set(startMs, {
      records: before.records + sumOf(figures, "requests"),
      errors: before.errors + sumOf(figures, "errors"),
    });
  }
  const counted: Counted = {
    records,
    errors: sumOf(total, "errors"),
    bars: [...bars].filter(([, bar]) => bar.records > 0).map(([atMs, bar]) => ({ atMs, ...bar })),
  };
  return counted;
}
