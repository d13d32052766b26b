import type { JsonObject } from "#lib/json";
import type { Sink } from "#store/log/cell-codec";
import { binStartMs, type CellSum, cellSums, moneyOf, sumOf } from "#store/log/rollup-cell";
import type { SeriesPoint, StatsAnswer, StatsGroup, StatsQuery } from "#store/log/stats-query";

export function showStats(query: StatsQuery, answer: StatsAnswer): JsonObject {
  const { groups, other } = answer;
  return {
    from: new Date(answer.fromMs).toISOString(),
    to: new Date(answer.toMs).toISOString(),
    interval: query.interval,
    time_zone: query.timeZone,
    group_by: query.groupBy,
    total: showFigures(answer.total),
    ...(answer.previousTotal === undefined ? {} : { previous_total: showFigures(answer.previousTotal) }),
    ...showSeries(query, answer.series),
    groups: groups.map((group) => ({
      group: Object.fromEntries(query.groupBy.map((name, index) => [name, group.values[index] ?? null])),
      ...showPart(query, group),
    })),
    ...(other === undefined ? {} : { other: { groups: other.groups, ...showPart(query, other) } }),
  };
}

function showPart(query: StatsQuery, { figures, previous, series }: Omit<StatsGroup, "values">): JsonObject {
  return {
    total: showFigures(figures),
    ...(previous === undefined ? {} : { previous: showFigures(previous) }),
    ...showSeries(query, series),
  };
}

function showSeries({ interval }: StatsQuery, series: readonly SeriesPoint[]): JsonObject {
  if (interval === "none") return {};
  return { series: series.map(({ atMs, figures }) => ({ at: new Date(atMs).toISOString(), ...showFigures(figures) })) };
}

const tokenNames = cellSums.slice(cellSums.indexOf("input"), cellSums.indexOf("searches"));

function showFigures({ sums, histograms }: Sink): JsonObject {
  const tokens = tokenNames.map((name): readonly [string, number] => [snakeCase(name), sumOf(sums, name)]);
  const cost = moneyOf(sums, "cost");
  return {
    requests: sumOf(sums, "requests"),
    errors: sumOf(sums, "errors"),
    estimated: sumOf(sums, "estimated"),
    unpriced: sumOf(sums, "unpriced"),
    tokens: { ...Object.fromEntries(tokens), total: tokens.reduce((total, [, count]) => total + count, 0) },
    searches: sumOf(sums, "searches"),
    cost_usd: dollars(cost),
    corrected_cost_usd: dollars(cost + moneyOf(sums, "raised") - moneyOf(sums, "lowered")),
    ...(histograms === undefined
      ? {}
      : { duration_ms: percentiles(histograms[0]), first_token_ms: percentiles(histograms[1]) }),
  };
}

const shares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

function percentiles(bins: Float64Array): JsonObject {
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, percentile(bins, share)]));
}

/** The middle of the bin that holds the nearest-rank percentile: at most 5 % off. Null without observations. */
export function percentile(bins: Float64Array, share: number): number | null {
  const count = bins.reduce((sum, inBin) => sum + inBin, 0);
  let left = Math.max(1, Math.ceil(count * share));
  for (const [bin, inBin] of bins.entries()) {
    left -= inBin;
    if (left <= 0) return Math.round(((binStartMs(bin) + binStartMs(bin + 1)) / 2) * 10) / 10;
  }
  return null;
}

/** A plain decimal, of any size. */
function dollars(nanoDollars: bigint): string {
  const sign = nanoDollars < 0n ? "-" : "";
  const digits = (nanoDollars < 0n ? -nanoDollars : nanoDollars).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}`;
}

function snakeCase(name: CellSum): string {
  return name.replace(/[A-Z]|\d+h$/g, (part) => `_${part.toLowerCase()}`);
}
