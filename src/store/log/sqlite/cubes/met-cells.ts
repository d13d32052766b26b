import type { CubeUnit } from "./cube-rows";
import type { DayCells } from "./day-cells";

/**
 * What was met so far of an hour or a day, and of all of them. `told`: the groups that are told apart; undefined where filters
 * leave cells out.
 */
export function createMetCells(dayCells: DayCells, told: ReadonlySet<number> | "all" | undefined) {
  let [inTotals, inCells, wasCut] = [0, 0, false];
  let [cells, wanted, unread] = [0, Number.POSITIVE_INFINITY, 0];
  let noted: number | undefined;
  return {
    /** `left`: how many of its cells are not kept. */
    enter: (at: number, unit: CubeUnit, left: number): void => {
      const day = unit === "day" ? at : Math.floor(at / hoursPerDay);
      if (left > 0) {
        wasCut = true;
        dayCells.noteCut(day);
      }
      noted = told === "all" && unit === "day" ? day : undefined;
      const count = told === undefined || told === "all" ? undefined : dayCells.countOf(day, told);
      [cells, wanted, unread] = [0, count ?? Number.POSITIVE_INFINITY, 0];
    },
    /** Of an hour of a closed day all of whose records are chosen: so many are in no cell. Nothing else of it is counted. */
    closed: (lost: number): void => {
      if (lost > 0) wasCut = true;
      inTotals += lost;
    },
    total: (requests: number): void => {
      inTotals += requests;
      unread = requests;
    },
    cell: (requests: number, group: number): void => {
      inCells += requests;
      unread -= requests;
      if (noted !== undefined) dayCells.note(noted, group);
      else if (told !== undefined && told !== "all" && told.has(group)) cells += 1;
    },
    /** Whether what was not read yet holds nothing of these groups. */
    isComplete: (): boolean => {
      if (cells < wanted) return false;
      // Nothing is cut off here: what was not read is known to be there.
      inCells += unread;
      return true;
    },
    /** Requests whose cells are not kept. */
    lost: (hasTotals: boolean): number => {
      if (!wasCut) return 0;
      return hasTotals ? inTotals - inCells : Number.POSITIVE_INFINITY;
    },
  };
}

const hoursPerDay = 24;
