import * as z from "zod";
import { ControlError } from "#core/control-error";
import { type CountAnswer, type FacetCount, type FacetField, facets } from "#store/log/count-query";
import { queryOf } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, list, showTime, time } from "../view-fields";
import { bookmarkedField, bookmarkFilters } from "./bookmark-filter";
import { countMany } from "./count-many";
import { filterFields, logFilters, rangeFields, rangeOf, timeOf } from "./log-query";

type CountServices = Pick<ApiServices, "logs" | "nowMs" | "store">;

const reached = {
  partial: z
    .literal(true)
    .exactOptional()
    .meta({ description: "Counting took long enough: only what started since `counted_from` is counted." }),
  counted_from: time.exactOptional(),
};

/** `counts of values` and `counts over time`, under the filters of a list. */
export function logCountRoutes(services: CountServices): readonly ApiRoute[] {
  return [facetRoute(services), histogramRoute(services)];
}

const isFacet = (name: string): name is FacetField => Object.hasOwn(facets, name);
const facetNames = Object.keys(facets).filter(isFacet);

const facetQuery = z.strictObject({
  fields: z
    .string()
    .refine((text) => text.split(",").every(isFacet), { message: `must be of ${facetNames.join(", ")}` })
    .exactOptional()
    .meta({ description: `Of ${facetNames.join(", ")}, separated by commas.`, default: "all" }),
  top: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, { message: "must be a whole number from 1 to 1000" })
    .exactOptional()
    .meta({ default: "20", description: "How many values of each field are told." }),
  ...rangeFields,
  bookmarked: bookmarkedField,
  ...filterFields,
});

const facetView = z
  .strictObject({
    field: z.string(),
    values: list(
      z.strictObject({
        value: z.string().meta({ description: "As filters take it." }),
        name: z.string().exactOptional().meta({ description: "Of a virtual key: its name." }),
        records: count,
      }),
    ),
    others: z.strictObject({ values: count, records: count }).meta({ description: "What `top` leaves out." }),
    without: count.meta({ description: "Records that have no such value." }),
  })
  .meta({ id: "Facet", description: "The values of a field, under the filters on all other fields." });

const facetsView = z
  .strictObject({ records: count, errors: count, facets: list(facetView), ...reached })
  .meta({ id: "Facets" });

function facetRoute({ logs, store }: CountServices): ApiRoute {
  return route({
    method: "GET",
    path: "/api/logs/facets",
    summary: "Count the values that records have, for each field under the filters on the others",
    permission: "logs:view",
    input: queryOf(facetQuery),
    response: ok(facetsView),
    handle: async ({ query: { fields, top, from, to, bookmarked, ...filters } }) => {
      const answer = await logs.count({
        ...rangeOf(from, to),
        filters: [...(await bookmarkFilters(bookmarked, store)), ...logFilters(filters)],
        fields: fields?.split(",").filter(isFacet) ?? facetNames,
        top: Number(top ?? "20"),
        barMs: 0,
      });
      return { ...showSums(answer), facets: answer.facets.map((facet) => showFacet(facet, answer.keyNames)) };
    },
  });
}

function showFacet({ field, values, others, without }: FacetCount, names: ReadonlyMap<string, string>) {
  const nameOf = (value: string) => (field === "key" ? names.get(value) : undefined);
  return {
    field,
    values: values.map(({ value, records }) => {
      const name = nameOf(value);
      return { value, ...(name !== undefined && { name }), records };
    }),
    others,
    without,
  };
}

const maxBars = 500;

const histogramQuery = z.strictObject({
  bars: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { message: `must be a whole number from 1 to ${maxBars}` })
    .refine((text) => Number(text) <= maxBars, { message: `must be a whole number from 1 to ${maxBars}` })
    .exactOptional()
    .meta({ default: "60", description: "At most so many: their length is chosen by it." }),
  ...rangeFields,
  bookmarked: bookmarkedField,
  ...filterFields,
});

const histogramView = z
  .strictObject({
    from: time.meta({ description: "Default: a day before `to`." }),
    to: time,
    bar_s: count.meta({ description: "Length of a bar in seconds; bars begin at its multiples since the epoch." }),
    records: count,
    errors: count,
    bars: list(z.strictObject({ at: time, records: count, errors: count })).meta({
      description: "Without those in which nothing happened.",
    }),
    ...reached,
  })
  .meta({ id: "Histogram" });

const dayMs = 86_400_000;
/** Seconds. */
const barLengths = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000];

function histogramRoute(services: CountServices): ApiRoute {
  const { logs, nowMs, store } = services;
  return route({
    method: "GET",
    path: "/api/logs/histogram",
    summary:
      "Count records and their errors over time, under the filters of a list; where they are many, to the hour or minute at the ends of the range",
    permission: "logs:view",
    input: queryOf(histogramQuery),
    response: ok(histogramView),
    handle: async ({ query: { bars, from, to, bookmarked, ...filters } }) => {
      const toMs = timeOf(to) ?? nowMs();
      const fromMs = timeOf(from) ?? toMs - dayMs;
      if (fromMs >= toMs) throw new ControlError("invalid", `Cannot use the query: "from" must be before "to"`);
      const atLeastS = (toMs - fromMs) / 1000 / Number(bars ?? "60");
      const barS = barLengths.find((length) => length >= atLeastS) ?? Math.ceil(atLeastS);
      const barMs = barS * 1000;
      const bookmarks = await bookmarkFilters(bookmarked, store);
      const many = bookmarks.length > 0 ? undefined : await countMany({ fromMs, toMs, barMs, filters }, services);
      const all = [...bookmarks, ...logFilters(filters)];
      const answer = many ?? (await logs.count({ fromMs, toMs, filters: all, fields: [], top: 1, barMs }));
      const shown = answer.bars.map(({ atMs, ...bar }) => ({ at: showTime(atMs), ...bar }));
      return { from: showTime(fromMs), to: showTime(toMs), bar_s: barS, ...showSums(answer), bars: shown };
    },
  });
}

function showSums({ records, errors, reachedMs }: Pick<CountAnswer, "records" | "errors" | "reachedMs">) {
  return {
    records,
    errors,
    ...(reachedMs !== undefined && { partial: true as const, counted_from: showTime(reachedMs) }),
  };
}
