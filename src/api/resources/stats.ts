import * as z from "zod";
import { ControlError } from "#core/control-error";
import { isTimeZone } from "#core/period-at";
import type { DimensionFilter } from "#store/log/log-filter";
import { type Dimension, dimensions, type Interval, intervals, orders, type StatsQuery } from "#store/log/stats-query";
import { queryOf } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { dimensionFields, dimensionFilters, rangeFields, timeOf } from "./log-query";
import { runningNowRoute } from "./running-now";
import { showStats, statsView } from "./stats-view";

const isDimension = (name: string): name is Dimension =>
  dimensions.some((known) => known === name) || /^tag:.+$/.test(name);

export const statsQuery = z.strictObject({
  ...rangeFields,
  interval: z
    .enum([...intervals, "auto"])
    .exactOptional()
    .meta({ default: "auto", description: "Length of a series' points; none: only totals." }),
  time_zone: z
    .string()
    .refine(isTimeZone, { message: "must be a time zone like Europe/Berlin" })
    .exactOptional()
    .meta({ default: "UTC", description: "Where days begin." }),
  group_by: z
    .string()
    .refine((text) => text.split(",").every(isDimension), { message: `must be of ${dimensions.join(", ")}, tag:NAME` })
    .refine((text) => text.split(",").length <= 2, { message: "must be one or two, separated by a comma" })
    .refine((text) => new Set(text.split(",")).size === text.split(",").length, { message: "must be two that differ" })
    .exactOptional(),
  top: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { message: "must be a whole number from 1 to 999" })
    .exactOptional()
    .meta({ default: "10", description: "How many groups are told apart; the others become one." }),
  order: z
    .enum([...orders, "cost_usd"])
    .exactOptional()
    .meta({ default: "requests", description: "What the top groups have most of." }),
  compare: z.literal("previous").exactOptional().meta({ description: "Adds the range of the same length before." }),
  ...dimensionFields,
});

type Services = Pick<ApiServices, "logs" | "nowMs">;

export function statsRoutes(services: Services & Pick<ApiServices, "families">): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/stats",
      summary: "Sum up requests, errors, tokens, cost and latencies over time, by up to two dimensions",
      permission: "stats:view",
      input: queryOf(statsQuery),
      response: ok(statsView),
      handle: ({ query }) => sumUp(query, services, []),
    }),
    runningNowRoute(services),
  ];
}

const dayMs = 86_400_000;
/** Of all groups together. */
const maxPoints = 20_000;

/** Sums up what passes the query's filters and these. */
export async function sumUp(
  input: z.output<typeof statsQuery>,
  { logs, nowMs: now }: Services,
  more: readonly DimensionFilter[],
) {
  const nowMs = now();
  const { from, to, interval, time_zone, group_by, top, order, compare, ...filters } = input;
  const toMs = timeOf(to) ?? nowMs;
  const fromMs = timeOf(from) ?? toMs - dayMs;
  if (fromMs >= toMs) throw new ControlError("invalid", `Cannot use the query: "from" must be before "to"`);
  const query: StatsQuery = {
    fromMs,
    toMs,
    nowMs,
    interval: interval === undefined || interval === "auto" ? fittingInterval(toMs - fromMs) : interval,
    timeZone: time_zone ?? "UTC",
    filters: [...more, ...dimensionFilters(filters)],
    groupBy: (group_by?.split(",") ?? []).filter(isDimension),
    top: Number(top ?? "10"),
    order: order === "cost_usd" ? "cost" : (order ?? "requests"),
    comparePrevious: compare !== undefined,
    percentiles: true,
  };
  refuseTooMany(query);
  return showStats(query, await logs.stats(query));
}

function fittingInterval(lengthMs: number): Interval {
  if (lengthMs <= 3 * 3_600_000) return "minute";
  return lengthMs <= 7 * dayMs ? "hour" : "day";
}

const intervalMs: { readonly [I in Interval]: number } = {
  none: Number.POSITIVE_INFINITY,
  minute: 60_000,
  hour: 3_600_000,
  day: dayMs,
};

function refuseTooMany({ fromMs, toMs, interval, groupBy, top }: StatsQuery): void {
  const points = ((toMs - fromMs) / intervalMs[interval]) * (groupBy.length === 0 ? 1 : top + 1);
  if (points <= maxPoints) return;
  const found = `Cannot use the query: it asks for ${Math.ceil(points)} points, at most ${maxPoints} are given`;
  throw new ControlError("invalid", `${found}; a longer interval, a shorter range or fewer groups are needed`);
}
