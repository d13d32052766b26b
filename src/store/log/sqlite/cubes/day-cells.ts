import { cellsPerBlock } from "./cube-rows";

/**
 * How many cells of a day each group has. An hour of that day has no others, so once as many were met there, nothing more
 * of those groups is in it: cells stand by size, and the largest groups' are mostly in the first block of several.
 */
export type DayCells = {
  /** A cell of a day, each once. */
  readonly note: (day: number, group: number) => void;
  /** The day has cells that are not kept. */
  readonly noteCut: (day: number) => void;
  /** Whether a day has cells of many blocks. Where none has, all blocks of all hours in one go are quicker than some by one. */
  readonly hasManyBlocks: () => boolean;
  /** How many cells of these groups the day has; undefined where that is not known. */
  readonly countOf: (day: number, groups: ReadonlySet<number>) => number | undefined;
};

const manyBlocks = 4;

export function createDayCells(): DayCells {
  const days = new Map<number, Map<number, number>>();
  const cut = new Set<number>();
  return {
    note: (day, group) => {
      const groups = days.get(day) ?? new Map<number, number>();
      days.set(day, groups);
      groups.set(group, (groups.get(group) ?? 0) + 1);
    },
    noteCut: (day) => void cut.add(day),
    hasManyBlocks: () =>
      days
        .values()
        .some((groups) => groups.values().reduce((sum, count) => sum + count, 0) > manyBlocks * cellsPerBlock),
    countOf: (day, groups) => {
      const counts = days.get(day);
      if (counts === undefined || cut.has(day)) return undefined;
      let sum = 0;
      for (const group of groups) sum += counts.get(group) ?? 0;
      return sum;
    },
  };
}
