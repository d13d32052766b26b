import type { Database } from "bun:sqlite";
import { dayMs, hourMs } from "../../time-buckets";
import type { Dictionaries } from "../dictionaries";
import { timeOfKey } from "../record-key";
import { createClosedDays, hoursPerDay } from "./closed-days";
import { type Cube, cubesOf } from "./cube-axes";
import { createCubeMerge } from "./cube-merge";
import type { CubeRows } from "./cube-rows";
import { createStoredCells } from "./stored-cells";

export type DayClosing = {
  /** Whether a day is over and stands hour by hour. */
  readonly isDue: () => boolean;
  /** Closes the first such day in all cubes: moves its hours to `ClosedDays`. */
  readonly closeOne: () => void;
  /** Moves the hours of closed days back to which records with these keys are about to be added. */
  readonly reopen: (keys: Float64Array) => void;
};

/** A day is over when records were summed up that began so long after it. What ends later still opens it again. */
const settledMs = 3 * hourMs;

export function createDayClosing(database: Database, rows: CubeRows, dictionaries: () => Dictionaries): DayClosing {
  const closed = createClosedDays(database);
  const merge = createCubeMerge();
  const newest = database.prepare<{ last: number | null }, [number]>(
    "SELECT max(last) AS last FROM packs WHERE id <= ?",
  );
  /** The cubes with hours of days that are over, and the first of those hours. */
  const due = () => {
    const { last } = newest.get(rows.packed()) ?? { last: null };
    if (last === null) return [];
    const before = Math.floor((timeOfKey(last) - settledMs) / dayMs) * hoursPerDay;
    return [...cubesOf(dictionaries())].flatMap(([number, cube]) => {
      const hour = rows.firstHour(number, before);
      return hour === undefined ? [] : [{ number, cube, hour }];
    });
  };
  const close = database.transaction((number: number, cube: Cube, day: number) => {
    const start = day * hoursPerDay;
    const stored = createStoredCells(rows, dictionaries());
    const hours = Array.from({ length: hoursPerDay }, (_, hour) => {
      return [hour, stored(cube, number, "hour", start + hour)] as const;
    });
    const some = new Map(hours.filter(([, { total }]) => total !== undefined));
    if (some.size === 0) return;
    closed.write(number, day, some);
    rows.removeHours(number, start, start + hoursPerDay);
  }).immediate;
  const reopen = database.transaction((day: number) => {
    for (const number of cubesOf(dictionaries()).keys()) {
      for (const [hour, cells] of closed.read(number, day)) {
        rows.replace(number, "hour", day * hoursPerDay + hour, merge.unchanged(cells));
      }
      closed.remove(number, day);
    }
  }).immediate;
  return {
    isDue: () => due().length > 0,
    closeOne: () => {
      const all = due();
      const day = Math.floor(Math.min(...all.map(({ hour }) => hour)) / hoursPerDay);
      const ofDay = all.filter(({ hour }) => Math.floor(hour / hoursPerDay) === day);
      // Cubes of tags are completed from those without a first axis, which are the first: these are closed last.
      for (const { number, cube } of ofDay.toReversed()) close(number, cube, day);
    },
    reopen: (keys) => {
      const days = new Set<number>();
      for (const key of keys) days.add(Math.floor(timeOfKey(key) / dayMs));
      for (const day of days) if (closed.has(day)) reopen(day);
    },
  };
}
