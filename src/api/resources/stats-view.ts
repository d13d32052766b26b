import * as z from "zod";
import { type Figures, hasLatencies, latencyOf, pointsOf, type Series } from "#store/log/figures";
import { moneyOf, sumOf } from "#store/log/rollup-cell";
import { intervals, type StatsAnswer, type StatsGroup, type StatsQuery } from "#store/log/stats-query";
import { count, dollars, list, showTime, time, words } from "../view-fields";
import { formatBigDollars } from "./big-dollars";

const percentile = z.number().nullable().meta({ description: "Milliseconds, at most 5 % off; null without any." });
const percentilesView = z
  .strictObject({ p50: percentile, p90: percentile, p95: percentile, p99: percentile })
  .meta({ id: "Percentiles" });

const tokensView = z.strictObject({
  input: count,
  cache_read: count,
  cache_write: count,
  cache_write_1h: count,
  input_audio: count,
  input_image: count,
  output: count,
  reasoning: count,
  output_audio: count,
  output_image: count,
  total: count,
});

const figuresView = z
  .strictObject({
    requests: count,
    refused: count.meta({
      description:
        "Requests that were refused before they held anything: not among `requests` or `errors`, told from a sample.",
    }),
    errors: count,
    estimated: count.meta({ description: "Requests whose tokens Headgate counted." }),
    unpriced: count.meta({ description: "Requests whose cost is unknown." }),
    tokens: tokensView,
    searches: count,
    cost_usd: dollars,
    corrected_cost_usd: dollars.meta({ description: "With what recalculations changed." }),
    duration_ms: percentilesView.exactOptional(),
    first_token_ms: percentilesView.exactOptional(),
    tokens_per_s: z.number().nullable().exactOptional().meta({
      description:
        "Output tokens for each second between the first token (the start, where none is known) and the end.",
    }),
    cache_share: z
      .number()
      .nullable()
      .meta({ description: "Of all input tokens those that were read from a cache, 0 to 1; null without any." }),
  })
  .meta({ id: "Figures" });

const series = list(z.strictObject({ at: time, ...figuresView.shape })).exactOptional();

const partFields = { total: figuresView, previous: figuresView.exactOptional(), series };

export const statsView = z
  .strictObject({
    from: time.meta({ description: "Rounded to the finest steps that are still kept." }),
    to: time,
    approximate: z.literal(true).exactOptional().meta({
      description:
        "Groups may lack what they had in hours in which thousands of others had more: that is among `other`; totals are exact.",
    }),
    interval: z.enum(intervals),
    time_zone: z.string(),
    group_by: words,
    total: figuresView,
    previous_total: figuresView.exactOptional(),
    series: series.meta({ description: "Without the points in which nothing happened." }),
    groups: list(
      z.strictObject({
        group: z.record(z.string(), z.string().nullable()).meta({ description: "By dimension." }),
        names: z
          .record(z.string(), z.string())
          .exactOptional()
          .meta({ description: "By dimension, where the value is an id: the name of a virtual key." }),
        ...partFields,
      }),
    ),
    other: z
      .strictObject({ groups: count, ...partFields })
      .exactOptional()
      .meta({ description: "All groups beyond the top ones." }),
  })
  .meta({ id: "Stats" });

export function showStats(query: StatsQuery, answer: StatsAnswer): z.output<typeof statsView> {
  const { groups, other, previousTotal } = answer;
  return {
    from: showTime(answer.fromMs),
    to: showTime(answer.toMs),
    ...(answer.isApproximate && { approximate: answer.isApproximate }),
    interval: query.interval,
    time_zone: query.timeZone,
    group_by: query.groupBy,
    total: showFigures(answer.total),
    ...(previousTotal !== undefined && { previous_total: showFigures(previousTotal) }),
    ...showSeries(query, answer.series),
    groups: groups.map((group) => ({
      group: Object.fromEntries(query.groupBy.map((name, index) => [name, group.values[index] ?? null])),
      ...showNames(query, group, answer.keyNames),
      ...showPart(query, group),
    })),
    ...(other !== undefined && { other: { groups: other.groups, ...showPart(query, other) } }),
  };
}

function showNames({ groupBy }: StatsQuery, { values }: StatsGroup, keyNames: StatsAnswer["keyNames"]) {
  const key = values[groupBy.indexOf("key")] ?? "";
  const name = keyNames.get(key);
  return name === undefined ? {} : { names: { key: name } };
}

function showPart(query: StatsQuery, { figures, previous, series: points }: Omit<StatsGroup, "values">) {
  return {
    total: showFigures(figures),
    ...(previous !== undefined && { previous: showFigures(previous) }),
    ...showSeries(query, points),
  };
}

function showSeries({ interval }: StatsQuery, points: Series) {
  if (interval === "none") return {};
  return { series: pointsOf(points).map(({ atMs, figures }) => ({ at: showTime(atMs), ...showFigures(figures) })) };
}

function showFigures(figures: Figures): z.output<typeof figuresView> {
  const cost = moneyOf(figures, "cost");
  return {
    requests: sumOf(figures, "requests"),
    refused: sumOf(figures, "refused"),
    errors: sumOf(figures, "errors"),
    estimated: sumOf(figures, "estimated"),
    unpriced: sumOf(figures, "unpriced"),
    tokens: showTokens(figures),
    searches: sumOf(figures, "searches"),
    cache_share: cacheShare(figures),
    cost_usd: formatBigDollars(cost),
    corrected_cost_usd: formatBigDollars(cost + moneyOf(figures, "raised") - moneyOf(figures, "lowered")),
    ...(hasLatencies(figures) && {
      duration_ms: showPercentiles(figures, "duration"),
      first_token_ms: showPercentiles(figures, "first_token"),
      tokens_per_s: tokensPerSecond(figures),
    }),
  };
}

function showTokens(sums: Figures): z.output<typeof tokensView> {
  const classes = {
    input: sumOf(sums, "input"),
    cache_read: sumOf(sums, "cacheRead"),
    cache_write: sumOf(sums, "cacheWrite"),
    cache_write_1h: sumOf(sums, "cacheWrite1h"),
    input_audio: sumOf(sums, "inputAudio"),
    input_image: sumOf(sums, "inputImage"),
    output: sumOf(sums, "output"),
    reasoning: sumOf(sums, "reasoning"),
    output_audio: sumOf(sums, "outputAudio"),
    output_image: sumOf(sums, "outputImage"),
  };
  return { ...classes, total: Object.values(classes).reduce((total, tokens) => total + tokens, 0) };
}

function cacheShare(sums: Figures): number | null {
  const read = sumOf(sums, "cacheRead");
  const all = read + sumOf(sums, "input") + sumOf(sums, "cacheWrite") + sumOf(sums, "cacheWrite1h");
  return all === 0 ? null : Math.round((read / all) * 1e4) / 1e4;
}

function tokensPerSecond(figures: Figures): number | null {
  const ms = latencyOf(figures, "generation");
  const tokens = sumOf(figures, "output") + sumOf(figures, "reasoning");
  return ms <= 0 || tokens === 0 ? null : Math.round((tokens / ms) * 1e4) / 10;
}

function showPercentiles(figures: Figures, of: "duration" | "first_token"): z.output<typeof percentilesView> {
  return {
    p50: showMs(latencyOf(figures, `${of}_p50`)),
    p90: showMs(latencyOf(figures, `${of}_p90`)),
    p95: showMs(latencyOf(figures, `${of}_p95`)),
    p99: showMs(latencyOf(figures, `${of}_p99`)),
  };
}

function showMs(ms: number): number | null {
  return Number.isNaN(ms) ? null : Math.round(ms * 10) / 10;
}
