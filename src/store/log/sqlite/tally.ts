import { addSink, clearSink, createSinks, emptySink, type Sink } from "../cell-codec";
import { type Figures, figuresOf, type Series, seriesOf } from "../figures";
import { hourMs } from "../time-buckets";
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
  readonly grouping: Pick<Grouping, "principalsOf" | "classesOf">;
  readonly pointOf: (ms: number) => number;
  /**
   * Nothing more comes of the hours of a range: points that are such hours become figures, and their sinks are used again. So
   * however long a series is, those of a day are all that is in use.
   */
  readonly finishHours: (fromMs: number, toMs: number) => void;
  /** What was summed up. Nothing may be added any more. */
  readonly end: () => Tallied;
};

export type Tallied = {
  /** By group number. Groups that are not told apart are under `otherGroups`. */
  readonly groups: ReadonlyMap<number, { readonly sum: Sink; readonly series: Series }>;
  /** Of all groups together. */
  readonly sum: Sink;
  readonly series: Series;
};

export const otherGroups = -1;

type Point = readonly [atMs: number, figures: Figures];

/** `told`: the groups to tell apart; undefined means all of them. */
export function createTally(
  grouping: Grouping,
  pointOf: (ms: number) => number,
  percentiles: boolean,
  told: ReadonlySet<number> | undefined,
): Tally {
  const points = new Map<number, Map<number, Sink>>();
  const free: Sink[] = [];
  const newSink = createSinks(percentiles);
  const takeSink = () => free.pop() ?? newSink();
  const finished = new Map<number, { readonly sum: Sink; readonly points: Point[] }>();
  const allPoints: Point[] = [];
  const together = emptySink(percentiles);
  let [minute, sinks] = [Number.NaN, new Map<number, Sink>()];
  const enter = (atMs: number) => {
    minute = Math.floor(atMs / 60_000);
    const point = pointOf(minute * 60_000);
    sinks = points.get(point) ?? new Map();
    points.set(point, sinks);
  };
  const finish = (atMs: number, ofPoint: ReadonlyMap<number, Sink>) => {
    clearSink(together);
    for (const [group, sink] of ofPoint) {
      if (group !== otherGroups && told !== undefined && !told.has(group)) continue;
      addSink(together, sink);
      const known = finished.get(group) ?? { sum: emptySink(percentiles), points: [] };
      finished.set(group, known);
      addSink(known.sum, sink);
      // What is left of a total when all groups were taken from it may be nothing.
      if (sink.sums.some((sum) => sum !== 0)) known.points.push([atMs, figuresOf(sink)]);
      clearSink(sink);
      free.push(sink);
    }
    if (together.sums.some((sum) => sum !== 0)) allPoints.push([atMs, figuresOf(together)]);
  };
  return {
    groupOf: grouping.groupOf,
    grouping,
    pointOf,
    told,
    rest: (atMs) => {
      if (Math.floor(atMs / 60_000) !== minute) enter(atMs);
      const sink = sinks.get(otherGroups) ?? takeSink();
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
      const sink = shared ?? takeSink();
      sinks.set(group, sink);
      if (told !== undefined && !told.has(group)) sinks.set(otherGroups, sink);
      return sink;
    },
    finishHours: (fromMs, toMs) => {
      minute = Number.NaN;
      for (let hour = fromMs; hour < toMs; hour += hourMs) {
        const ofPoint = points.get(hour);
        if (ofPoint === undefined || pointOf(hour + hourMs) === hour) continue;
        finish(hour, ofPoint);
        points.delete(hour);
      }
    },
    end: () => {
      for (const [atMs, ofPoint] of points) finish(atMs, ofPoint);
      const groups = new Map<number, { readonly sum: Sink; readonly series: Series }>();
      const sum = emptySink(percentiles);
      for (const [group, { sum: ofGroup, points: its }] of finished) {
        addSink(sum, ofGroup);
        groups.set(group, { sum: ofGroup, series: seriesOf(its) });
      }
      return { groups, sum, series: seriesOf(allPoints) };
    },
  };
}
