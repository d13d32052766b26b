import type { Database } from "bun:sqlite";
import { addSink, emptySink, type Sink } from "../cell-codec";
import { groupSize } from "../group-size";
import { keyNamesIn } from "../key-names";
import { keysInGroups, type SeriesPoint, type StatsAnswer, type StatsGroup, type StatsQuery } from "../stats-query";
import { coverRange, holdsDays, pointOf, type Stretch } from "../time-buckets";
import type { Dictionaries } from "./dictionaries";
import type { Packs } from "./packs";
import type { RollupView } from "./rollup-rows";
import { createGrouping, type Grouping } from "./stats-grouping";
import { type Chosen, chooseEntries, createStatsReader, type ReadStats } from "./stats-reader";
import { createTally, otherGroups, sumUp } from "./tally";

/**
 * Answers from facts and, for whole days, from roll-ups. Groups are chosen by a first reading of nothing but their size,
 * so that however many there are, points of time and percentiles are kept of the top ones alone.
 */
export function createStats(
  database: Database,
  packs: Packs,
  dictionaries: () => Dictionaries,
): (query: StatsQuery) => StatsAnswer {
  const read = createStatsReader(database, packs, dictionaries);
  return database.transaction((query: StatsQuery): StatsAnswer => {
    const { interval, timeZone, nowMs } = query;
    const chosen = chooseEntries(query.filters, dictionaries);
    const known = dictionaries();
    const grouping = createGrouping(query.groupBy, known);
    const view = viewFor(chosen, grouping);
    const byDay = isQuickByDay(view, chosen);
    const { fromMs, toMs, stretches } = coverRange(query, byDay && holdsDays(interval, timeZone), nowMs);
    const { top, left } = topGroups(read, { chosen, stretches, grouping, view, query });
    const current = tally(read, { chosen, stretches, grouping, view, query, top });
    const before = coverRange({ fromMs: fromMs - (toMs - fromMs), toMs: fromMs }, byDay, nowMs).stretches;
    const previous = query.comparePrevious
      ? tally(read, { chosen, stretches: before, grouping, view, query: { ...query, interval: "none" }, top })
      : undefined;
    const answer = assemble({ query, top, left, current, previous, grouping });
    const keyNames = keyNamesIn(known.principals.values(), keysInGroups(query, answer.groups));
    return { fromMs, toMs, ...answer, keyNames };
  });
}

/** The narrowest roll-ups that can tell what is asked. */
function viewFor({ principals, classes }: Chosen, { byPrincipal, byClass }: Grouping): RollupView {
  if (principals === undefined && !byPrincipal) return "classes";
  return classes === undefined && !byClass ? "principals" : "pairs";
}

/** Days of all principals with all their classes are as many as records: then the facts are read faster. */
function isQuickByDay(view: RollupView, { principals }: Chosen): boolean {
  const fewPrincipals = 200;
  return view !== "pairs" || (principals !== undefined && principals.length <= fewPrincipals);
}

type Reading = {
  readonly chosen: Chosen;
  readonly stretches: readonly Stretch[];
  readonly grouping: Grouping;
  readonly view: RollupView;
  readonly query: StatsQuery;
};

/** The largest groups by number, in descending order, and how many are left. */
function topGroups(read: ReadStats, { chosen, stretches, grouping, view, query }: Reading) {
  if (query.groupBy.length === 0) return { top: [], left: 0 };
  const all = createTally(grouping, () => 0, false, undefined);
  read({ chosen, stretches, view, figures: query.order, tally: all });
  const sizes = [...all.groups()].map(([group, points]) => ({
    group,
    size: groupSize(sumUp(false, [points]), query.order),
  }));
  const sorted = sizes.sort((a, b) => b.size - a.size || a.group - b.group).map(({ group }) => group);
  return { top: sorted.slice(0, query.top), left: Math.max(0, sorted.length - query.top) };
}

function tally(
  read: ReadStats,
  { chosen, stretches, grouping, view, query, top }: Reading & { readonly top: readonly number[] },
): Groups {
  const { interval, timeZone, percentiles } = query;
  const told = createTally(grouping, pointOf(interval, timeZone), percentiles, new Set(top));
  read({ chosen, stretches, view, figures: percentiles ? "all" : "sums", tally: told });
  return told.groups();
}

type Groups = ReturnType<ReturnType<typeof createTally>["groups"]>;

type Parts = {
  readonly query: StatsQuery;
  readonly top: readonly number[];
  readonly left: number;
  readonly current: Groups;
  readonly previous: Groups | undefined;
  readonly grouping: Grouping;
};

type Assembled = Omit<StatsAnswer, "fromMs" | "toMs" | "keyNames">;

function assemble({ query, top, left, current, previous, grouping }: Parts): Assembled {
  const part = (group: number) => {
    const points = current.get(group);
    const before = previous && sumUp(query.percentiles, [previous.get(group)]);
    const series = query.interval === "none" ? [] : inOrder(points ?? new Map());
    return { figures: sumUp(query.percentiles, [points]), ...(before && { previous: before }), series };
  };
  const groups = top.map((group): StatsGroup => ({ values: grouping.valuesOf(group), ...part(group) }));
  return {
    total: sumUp(query.percentiles, [...current.values()]),
    ...(previous && { previousTotal: sumUp(query.percentiles, [...previous.values()]) }),
    series: query.interval === "none" ? [] : together(query, [...current.values()]),
    groups,
    ...(left > 0 && { other: { groups: left, ...part(otherGroups) } }),
  };
}

function inOrder(points: ReadonlyMap<number, Sink>): readonly SeriesPoint[] {
  return [...points].sort(([a], [b]) => a - b).map(([atMs, figures]) => ({ atMs, figures }));
}

function together({ percentiles }: StatsQuery, all: Iterable<ReadonlyMap<number, Sink>>): readonly SeriesPoint[] {
  const sums = new Map<number, Sink>();
  for (const points of all) {
    for (const [atMs, sink] of points) {
      const sum = sums.get(atMs) ?? emptySink(percentiles);
      sums.set(atMs, sum);
      addSink(sum, sink);
    }
  }
  return inOrder(sums);
}
