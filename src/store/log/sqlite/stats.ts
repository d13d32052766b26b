import type { Database } from "bun:sqlite";
import { emptySink } from "../cell-codec";
import { emptySeries, figuresOf } from "../figures";
import { groupSize } from "../group-size";
import { keyNamesIn } from "../key-names";
import { sumOf } from "../rollup-cell";
import { type Interval, keysInGroups, type StatsAnswer, type StatsGroup, type StatsQuery } from "../stats-query";
import { coverRange, holdsDays, pointOf, type Stretch, toMinutes } from "../time-buckets";
import { createCubeChoice } from "./cubes/cube-choice";
import { coverByCubes } from "./cubes/cube-cover";
import type { CubeReading } from "./cubes/cube-reader";
import { createDayCells, type DayCells } from "./cubes/day-cells";
import type { Dictionaries } from "./dictionaries";
import type { Packs } from "./packs";
import type { RollupView } from "./rollup-rows";
import { createGrouping, type Grouping } from "./stats-grouping";
import {
  type Chosen,
  chooseEntries,
  createStatsReader,
  deadline,
  type ReadStats,
  type StatsReading,
} from "./stats-reader";
import { createTally, otherGroups, type Tallied } from "./tally";

/**
 * Answers from cubes, where one tells apart what is asked; else from facts and, for whole days, from roll-ups. Groups are
 * chosen by a first reading of nothing but their size, so that however many there are, points of time and percentiles are
 * kept of the top ones alone.
 */
export function createStats(
  database: Database,
  packs: Packs,
  dictionaries: () => Dictionaries,
): (query: StatsQuery) => StatsAnswer {
  const read = createStatsReader(database, packs, dictionaries);
  const chooseCube = createCubeChoice(database, dictionaries);
  return database.transaction((query: StatsQuery): StatsAnswer => {
    const cube = chooseCube(query);
    const check = deadline();
    const reading: ReadSome = (one) => read({ ...one, check });
    const answer = cube && answerFrom(reading, dictionaries, query, cubeSource(query, cube));
    if (answer !== undefined) return answer;
    const exact = answerFrom(reading, dictionaries, query, undefined);
    if (exact === undefined) throw new Error("Facts and roll-ups lack nothing");
    return exact;
  });
}

type ReadSome = (reading: Omit<StatsReading, "check">) => ReturnType<ReadStats>;

type Cover = { readonly fromMs: number; readonly toMs: number; readonly stretches: readonly Stretch[] };

/** Where a question is answered from, other than from facts and days. */
type CubeSource = {
  readonly cube: CubeReading["cube"];
  /** By points of such length. */
  readonly cover: (range: Omit<Cover, "stretches">, interval: Interval) => Cover;
};

function cubeSource(query: StatsQuery, cube: CubeReading["cube"]): CubeSource {
  return {
    cube,
    cover: (range, interval) => ({
      ...toMinutes(range),
      stretches: coverByCubes(range, { ...query, interval }) ?? [],
    }),
  };
}

/** Of requests that filters choose so many may be in no group; where there are more, facts tell better. */
const mostLost = 0.02;

/** Undefined where the cubes lack too much of what filters choose. */
function answerFrom(
  read: ReadSome,
  dictionaries: () => Dictionaries,
  query: StatsQuery,
  source: CubeSource | undefined,
): StatsAnswer | undefined {
  const { interval, timeZone, nowMs } = query;
  const known = dictionaries();
  const chosen = chooseEntries(query.filters, dictionaries);
  const grouping = createGrouping(query.groupBy, known);
  const view = viewFor(chosen, grouping);
  const byDay = isQuickByDay(view, chosen);
  const { fromMs, toMs, stretches } =
    source?.cover(query, interval) ?? coverRange(query, byDay && holdsDays(interval, timeZone), nowMs);
  const noted = { packs: 0, rows: 0, lost: 0 };
  const noting: ReadSome = (reading) => {
    const one = read(reading);
    noted.packs += one.packs;
    noted.rows += one.rows;
    noted.lost = Math.max(noted.lost, one.lost);
    return one;
  };
  const dayCells = createDayCells();
  const parts = { chosen, grouping, view, query, dayCells, ...(source !== undefined && { cube: source.cube }) };
  const { top, left } = topGroups(noting, { ...parts, stretches: source?.cover(query, "none").stretches ?? stretches });
  const current = tally(noting, { ...parts, stretches, top });
  const earlier = { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
  const before = source?.cover(earlier, "none") ?? coverRange(earlier, byDay, nowMs);
  const previous = query.comparePrevious
    ? tally(noting, { ...parts, stretches: before.stretches, query: { ...query, interval: "none" }, top })
    : undefined;
  const answer = assemble({ query, top, left, current, previous, grouping });
  const keyNames = keyNamesIn(known.principals.values(), keysInGroups(query, answer.groups));
  const { lost, ...counts } = noted;
  if (query.filters.length > 0 && lost > mostLost * sumOf(answer.total, "requests")) return undefined;
  return { fromMs, toMs, ...answer, keyNames, read: counts, ...(lost > 0 && { isApproximate: true }) };
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
  readonly cube?: CubeReading["cube"];
  readonly dayCells: DayCells;
};

/** The largest groups by number, in descending order, and how many are left. */
function topGroups(read: ReadSome, { chosen, stretches, grouping, view, query, cube, dayCells }: Reading) {
  if (query.groupBy.length === 0) return { top: [], left: 0 };
  const all = createTally(grouping, () => 0, false, undefined);
  const byCube = cube && { cube: { cube, byDay: true, groupsAreCells: false, dayCells } };
  read({ chosen, stretches, view, figures: query.order, tally: all, ...byCube });
  const sizes = [...all.end().groups].map(([group, { sum }]) => ({ group, size: groupSize(sum, query.order) }));
  const sorted = sizes.sort((a, b) => b.size - a.size || a.group - b.group).map(({ group }) => group);
  return { top: sorted.slice(0, query.top), left: Math.max(0, sorted.length - query.top) };
}

function tally(
  read: ReadSome,
  { chosen, stretches, grouping, view, query, cube, dayCells, top }: Reading & { readonly top: readonly number[] },
): Tallied {
  const { interval, timeZone, percentiles } = query;
  const told = createTally(grouping, pointOf(interval, timeZone), percentiles, new Set(top));
  const byCube = cube && {
    cube: {
      cube,
      dayCells,
      byDay: holdsDays(interval, timeZone),
      percentiles,
      groupsAreCells: query.groupBy.includes("key") && cube.second === "none",
    },
  };
  read({ chosen, stretches, view, figures: percentiles ? "all" : "sums", tally: told, ...byCube });
  return told.end();
}

type Parts = {
  readonly query: StatsQuery;
  readonly top: readonly number[];
  readonly left: number;
  readonly current: Tallied;
  readonly previous: Tallied | undefined;
  readonly grouping: Grouping;
};

type Assembled = Omit<StatsAnswer, "fromMs" | "toMs" | "keyNames" | "read">;

function assemble({ query, top, left, current, previous, grouping }: Parts): Assembled {
  const isTold = query.interval !== "none";
  const none = emptySink(query.percentiles);
  const part = (group: number) => {
    const { sum = none, series = emptySeries } = current.groups.get(group) ?? {};
    return {
      figures: figuresOf(sum),
      ...(previous !== undefined && { previous: figuresOf(previous.groups.get(group)?.sum ?? none) }),
      series: isTold ? series : emptySeries,
    };
  };
  const groups = top.map((group): StatsGroup => ({ values: grouping.valuesOf(group), ...part(group) }));
  return {
    total: figuresOf(current.sum),
    ...(previous !== undefined && { previousTotal: figuresOf(previous.sum) }),
    series: isTold ? current.series : emptySeries,
    groups,
    ...(left > 0 && { other: { groups: left, ...part(otherGroups) } }),
  };
}
