import type { Database } from "bun:sqlite";
import { addSink, emptySink, type Sink } from "../cell-codec";
import { type CellSum, cellSums, sumOf } from "../rollup-cell";
import type { SeriesPoint, StatsAnswer, StatsGroup, StatsQuery } from "../stats-query";
import { coverRange, largestLevel, pointOf, type Stretch } from "../time-buckets";
import type { Dictionaries } from "./dictionaries";
import { type Chosen, chooseEntries, createRollupReader, type ReadRollups } from "./rollup-reader";
import { createGrouping, type Grouping } from "./stats-grouping";

/**
 * Answers from roll-ups. Groups are chosen by a first reading that leaves histograms out, so that however many groups
 * there are, points of time and percentiles are kept of the top ones alone.
 */
export function createStats(database: Database, dictionaries: () => Dictionaries): (query: StatsQuery) => StatsAnswer {
  const read = createRollupReader(database);
  return database.transaction((query: StatsQuery): StatsAnswer => {
    const { interval, timeZone, nowMs } = query;
    const chosen = chooseEntries(query.filters, dictionaries);
    const grouping = createGrouping(query.groupBy, dictionaries());
    const { fromMs, toMs, stretches } = coverRange(query, largestLevel(interval, timeZone), nowMs);
    const { top, left } = topGroups(read, { chosen, stretches, grouping, query });
    const current = tally(read, { chosen, stretches, grouping, query, top });
    const before = coverRange({ fromMs: fromMs - (toMs - fromMs), toMs: fromMs }, "day", nowMs);
    const previous = query.comparePrevious
      ? tally(read, { chosen, stretches: before.stretches, grouping, query: { ...query, interval: "none" }, top })
      : undefined;
    return { fromMs, toMs, ...assemble({ query, top, left, current, previous, grouping }) };
  });
}

type Reading = {
  readonly chosen: Chosen;
  readonly stretches: readonly Stretch[];
  readonly grouping: Grouping;
  readonly query: StatsQuery;
};

/** The largest groups by number, in descending order, and how many are left. */
function topGroups(read: ReadRollups, { chosen, stretches, grouping, query }: Reading) {
  if (query.groupBy.length === 0) return { top: [], left: 0 };
  const groups = new Map<number, Sink>();
  read(chosen, stretches, grouping.byPrincipal, (_, principal, kind) =>
    entryOf(groups, grouping.groupOf(principal, kind), () => emptySink(false)),
  );
  const sizes = [...groups].map(([group, sink]) => ({ group, size: sizeOf(sink, query.order) }));
  const sorted = sizes.sort((a, b) => b.size - a.size || a.group - b.group).map(({ group }) => group);
  return { top: sorted.slice(0, query.top), left: Math.max(0, sorted.length - query.top) };
}

const tokenSums = cellSums.slice(cellSums.indexOf("input"), cellSums.indexOf("searches"));

function sizeOf({ sums }: Sink, order: StatsQuery["order"]): number {
  switch (order) {
    case "requests":
    case "errors":
      return sumOf(sums, order);
    case "tokens":
      return tokenSums.reduce((total: number, name: CellSum) => total + sumOf(sums, name), 0);
    case "cost":
      return sumOf(sums, "costDollars") + sumOf(sums, "costNanos") / 1e9;
  }
}

/** By group number, then by the start of the point. What is in no top group is under `otherGroups`. */
type Tally = ReadonlyMap<number, ReadonlyMap<number, Sink>>;
const otherGroups = -1;

function tally(
  read: ReadRollups,
  { chosen, stretches, grouping, query, top }: Reading & { readonly top: readonly number[] },
): Tally {
  const told = new Set(top);
  const startOf = pointOf(query.interval, query.timeZone);
  const groups = new Map<number, Map<number, Sink>>();
  read(chosen, stretches, grouping.byPrincipal, (atMs, principal, kind) => {
    const group = told.size === 0 ? otherGroups : grouping.groupOf(principal, kind);
    const points = entryOf(groups, told.has(group) ? group : otherGroups, () => new Map());
    return entryOf(points, startOf(atMs), () => emptySink(query.percentiles));
  });
  return groups;
}

function entryOf<V>(map: Map<number, V>, name: number, make: () => V): V {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  return made;
}

type Parts = {
  readonly query: StatsQuery;
  readonly top: readonly number[];
  readonly left: number;
  readonly current: Tally;
  readonly previous: Tally | undefined;
  readonly grouping: Grouping;
};

type Assembled = Omit<StatsAnswer, "fromMs" | "toMs">;

function assemble({ query, top, left, current, previous, grouping }: Parts): Assembled {
  const part = (group: number) => {
    const points = current.get(group);
    const before = previous && sumUp(query, [previous.get(group)]);
    const series = query.interval === "none" ? [] : inOrder(points ?? new Map());
    return { figures: sumUp(query, [points]), ...(before && { previous: before }), series };
  };
  const groups = top.map((group): StatsGroup => ({ values: grouping.valuesOf(group), ...part(group) }));
  return {
    total: sumUp(query, [...current.values()]),
    ...(previous && { previousTotal: sumUp(query, [...previous.values()]) }),
    series: query.interval === "none" ? [] : together(query, [...current.values()]),
    groups,
    ...(left > 0 && { other: { groups: left, ...part(otherGroups) } }),
  };
}

function sumUp({ percentiles }: StatsQuery, all: readonly (ReadonlyMap<number, Sink> | undefined)[]): Sink {
  const sum = emptySink(percentiles);
  for (const points of all) for (const sink of points?.values() ?? []) addSink(sum, sink);
  return sum;
}

function inOrder(points: ReadonlyMap<number, Sink>): readonly SeriesPoint[] {
  return [...points].sort(([a], [b]) => a - b).map(([atMs, figures]) => ({ atMs, figures }));
}

function together({ percentiles }: StatsQuery, all: readonly ReadonlyMap<number, Sink>[]): readonly SeriesPoint[] {
  const sums = new Map<number, Sink>();
  for (const points of all) {
    for (const [atMs, sink] of points)
      addSink(
        entryOf(sums, atMs, () => emptySink(percentiles)),
        sink,
      );
  }
  return inOrder(sums);
}
