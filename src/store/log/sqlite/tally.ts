import { addSink, emptySink, type Sink } from "../cell-codec";
import type { Grouping } from "./stats-grouping";

/** Figures by group and point of time. */
export type Tally = {
  /** Where the figures of a principal's request class at a moment go. Not to be kept beyond the point. */
  readonly sinkOf: (atMs: number, principal: number, requestClass: number) => Sink;
  /** Where figures go of groups that are not told apart, at a moment. */
  readonly rest: (atMs: number) => Sink;
  /** Undefined where all groups are told apart. */
  readonly told: ReadonlySet<number> | undefined;
  readonly groupOf: Grouping["groupOf"];
  readonly pointOf: (ms: number) => number;
  /** By group number, then by the start of the point. Groups that are not told apart are under `otherGroups`. */
  readonly groups: () => ReadonlyMap<number, ReadonlyMap<number, Sink>>;
};

export const otherGroups = -1;

/** `told`: the groups to tell apart; undefined means all of them. */
export function createTally(
  grouping: Grouping,
  pointOf: (ms: number) => number,
  percentiles: boolean,
  told: ReadonlySet<number> | undefined,
): Tally {
  const points = new Map<number, Map<number, Sink>>();
  let [minute, sinks] = [Number.NaN, new Map<number, Sink>()];
  const enter = (atMs: number) => {
    minute = Math.floor(atMs / 60_000);
    const point = pointOf(minute * 60_000);
    sinks = points.get(point) ?? new Map();
    points.set(point, sinks);
  };
  return {
    groupOf: grouping.groupOf,
    pointOf,
    told,
    rest: (atMs) => {
      if (Math.floor(atMs / 60_000) !== minute) enter(atMs);
      const sink = sinks.get(otherGroups) ?? emptySink(percentiles);
      sinks.set(otherGroups, sink);
      return sink;
    },
    sinkOf: (atMs, principal, requestClass) => {
      if (Math.floor(atMs / 60_000) !== minute) enter(atMs);
      const group = grouping.groupOf(principal, requestClass);
      const known = sinks.get(group);
      if (known !== undefined) return known;
      // A group that is not told apart shares the sink of all others.
      const shared = told === undefined || told.has(group) ? undefined : sinks.get(otherGroups);
      const sink = shared ?? emptySink(percentiles);
      sinks.set(group, sink);
      if (told !== undefined && !told.has(group)) sinks.set(otherGroups, sink);
      return sink;
    },
    groups: () => byGroup(points, told),
  };
}

function byGroup(points: ReadonlyMap<number, ReadonlyMap<number, Sink>>, told: ReadonlySet<number> | undefined) {
  const groups = new Map<number, Map<number, Sink>>();
  for (const [point, sinks] of points) {
    for (const [group, sink] of sinks) {
      if (group !== otherGroups && told !== undefined && !told.has(group)) continue;
      const series = groups.get(group) ?? new Map<number, Sink>();
      groups.set(group, series.set(point, sink));
    }
  }
  return groups;
}

export function sumUp(percentiles: boolean, all: readonly (ReadonlyMap<number, Sink> | undefined)[]): Sink {
  const sum = emptySink(percentiles);
  for (const points of all) for (const sink of points?.values() ?? []) addSink(sum, sink);
  return sum;
}
