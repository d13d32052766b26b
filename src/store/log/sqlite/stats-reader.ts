import type { Database } from "bun:sqlite";
import { readCells, type Sink } from "../cell-codec";
import type { DimensionFilter } from "../log-filter";
import { LogQueryRefused } from "../log-store";
import { addMoney } from "../rollup-cell";
import { dayMs, type Stretch } from "../time-buckets";
import type { KeyRange } from "./candidates";
import { type CubeReading, type CubesRead, createCubeReader } from "./cubes/cube-reader";
import type { Dictionaries } from "./dictionaries";
import { dimensionIds } from "./dimension-ids";
import { addFacts, type Figures } from "./fact-sums";
import { marked } from "./fact-tests";
import type { Packs } from "./packs";
import { keyFrom, timeOfKey } from "./record-key";
import { ownerIn, type RollupView, rollupViews } from "./rollup-rows";
import type { Tally } from "./tally";

/** Dictionary entries that the filters leave; undefined where they leave all. */
export type Chosen = {
  readonly principals: readonly number[] | undefined;
  readonly classes: readonly number[] | undefined;
};

export function chooseEntries(filters: readonly DimensionFilter[], dictionaries: () => Dictionaries): Chosen {
  return {
    principals: dimensionIds(filters, "principal", dictionaries),
    classes: dimensionIds(filters, "class", dictionaries),
  };
}

export type StatsReading = {
  readonly chosen: Chosen;
  readonly stretches: readonly Stretch[];
  readonly view: RollupView;
  readonly figures: Figures;
  readonly tally: Tally;
  /** Of stretches that are read from cubes. */
  readonly cube?: CubeChoice;
  /** Throws when the question has taken too long. */
  readonly check: () => void;
};
export type CubeChoice = Pick<CubeReading, "cube" | "byDay" | "groupsAreCells" | "dayCells">;
export type ReadStats = (reading: StatsReading) => CubesRead & { readonly packs: number };

const maxReadMs = 5000;

/** Sums up stretches of time: from facts, corrections and records that are not packed yet, or from roll-ups. */
export function createStatsReader(database: Database, packs: Packs, dictionaries: () => Dictionaries): ReadStats {
  const corrections = createCorrectionSums(database);
  const days = createDayReader(database);
  const cubes = createCubeReader(database, dictionaries);
  return ({ chosen, stretches, view, figures, tally, cube, check }) => {
    const read = { packs: 0, rows: 0, lost: 0 };
    const [principals, classes] = [
      chosen.principals && marked(chosen.principals),
      chosen.classes && marked(chosen.classes),
    ];
    const errors = marked(errorClasses(dictionaries()));
    for (const { from, fromMs, toMs } of stretches) {
      const range = { low: keyFrom(fromMs), high: keyFrom(toMs) - 1 };
      const query = { range, figures, principals, classes, errors, tally };
      if (from !== "days") {
        const isInCubes = from === "cubes" && cube !== undefined;
        const rest = isInCubes
          ? packs.unsummed(range.low, range.high)
          : packs.overlapping(range.low, range.high, "oldest");
        for (const pack of rest) {
          addFacts(pack, query);
          read.packs++;
          check();
        }
        corrections(range, query);
        if (isInCubes) {
          // Last, as it finishes the hours that it reads.
          const done = cubes({ ...cube, fromMs, toMs, principals, classes, tally }, check);
          read.rows += done.rows;
          read.lost += done.lost;
        }
        continue;
      }
      // Roll-ups do not have what is not packed.
      const young = packs.young();
      if (young !== undefined) addFacts(young, query);
      days(
        view,
        chosen,
        { from: fromMs / dayMs, to: toMs / dayMs },
        (day, principal, requestClass) => {
          if (principals !== undefined && principals[principal] !== 1) return undefined;
          if (classes !== undefined && classes[requestClass] !== 1) return undefined;
          return tally.sinkOf(day * dayMs, principal, requestClass);
        },
        check,
      );
    }
    return read;
  };
}

/** Of one question, however often it reads. Throws `LogQueryRefused` beyond. */
export function deadline(): () => void {
  const endMs = performance.now() + maxReadMs;
  return () => {
    if (performance.now() <= endMs) return;
    const told = `Cannot sum up so much: it takes longer than ${maxReadMs} ms; a shorter range or fewer keys are needed`;
    throw new LogQueryRefused("too-long", told);
  };
}

function errorClasses({ classes }: Dictionaries): readonly number[] {
  const isError = (outcome: string) => outcome === "error" || outcome === "cut" || outcome === "interrupted";
  return [...classes].filter(([, { outcome }]) => isError(outcome)).map(([id]) => id);
}

type CorrectionRow = {
  readonly key: number;
  readonly principal: number;
  readonly requestClass: number;
  readonly difference: number;
};

function createCorrectionSums(database: Database) {
  const find = database.prepare<CorrectionRow, [number, number]>(
    `SELECT key, principal, kind AS requestClass, new_cost - coalesce(old_cost, 0) AS difference FROM corrections
    WHERE key BETWEEN ? AND ?`,
  );
  return (
    { low, high }: KeyRange,
    { principals, classes, tally }: Pick<Parameters<typeof addFacts>[1], "principals" | "classes" | "tally">,
  ) => {
    for (const { key, principal, requestClass, difference } of find.iterate(low, high)) {
      if (principals !== undefined && principals[principal] !== 1) continue;
      if (classes !== undefined && classes[requestClass] !== 1) continue;
      addMoney(
        tally.sinkOf(timeOfKey(key), principal, requestClass).sums,
        difference < 0 ? "lowered" : "raised",
        Math.abs(difference),
      );
    }
  };
}

type DayRow = { readonly day: number; readonly owner: number; readonly cells: Uint8Array };
type DayRange = { readonly from: number; readonly to: number };

/** Above so many look-ups whole days are read. */
const maxLookups = 10_000;

function createDayReader(database: Database) {
  const all = database.prepare<DayRow, [number, number, number]>(
    "SELECT day, owner, cells FROM rollups WHERE view = ? AND day >= ? AND day < ?",
  );
  const some = database.prepare<DayRow, [number, number, number, string]>(
    `WITH RECURSIVE days (day) AS (SELECT ?2 WHERE ?2 < ?3 UNION ALL SELECT day + 1 FROM days WHERE day + 1 < ?3)
    SELECT r.day, owner, cells FROM days CROSS JOIN json_each(?4) AS wanted CROSS JOIN rollups AS r
    ON view = ?1 AND r.day = days.day AND owner = wanted.value`,
  );
  return (
    view: RollupView,
    chosen: Chosen,
    { from, to }: DayRange,
    sinkOf: (day: number, principal: number, requestClass: number) => Sink | undefined,
    check: () => void,
  ) => {
    const ids = view === "classes" ? chosen.classes : chosen.principals;
    const owners = ids && [...new Set(ids.map((id) => ownerIn(view, id, id)))];
    const isFew = owners !== undefined && owners.length * (to - from) <= maxLookups;
    const number = rollupViews[view];
    const rows = isFew ? some.iterate(number, from, to, JSON.stringify(owners)) : all.iterate(number, from, to);
    for (const { day, owner, cells } of rows) {
      readCells(cells, (name) => {
        switch (view) {
          case "classes":
            return sinkOf(day, 0, name);
          case "principals":
            return sinkOf(day, name, 0);
          case "pairs":
            return sinkOf(day, owner, name);
        }
      });
      check();
    }
  };
}
