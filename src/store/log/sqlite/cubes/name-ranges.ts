import type { Dictionaries } from "../dictionaries";
import type { Tally } from "../tally";
import type { NameRange } from "./closed-day-reader";
import { type Cube, representativesIn } from "./cube-axes";
import { cellName } from "./cube-rows";

/** With more, all rows are read. */
const mostRanges = 64;

type Asked = {
  /** One at the number of each chosen dictionary entry; undefined where all are. */
  readonly principals: Uint8Array | undefined;
  readonly classes: Uint8Array | undefined;
  readonly tally: Pick<Tally, "told" | "grouping">;
};

/**
 * What names the cells of a cube have that a question needs: those of the principals that filters choose, or of the groups
 * that are told apart. Ascending; none where totals are enough, undefined where all cells are to be read.
 */
export function nameRanges(
  { principals, classes, tally: { told, grouping } }: Asked,
  cube: Cube,
  known: Dictionaries,
): readonly NameRange[] | undefined {
  if (principals !== undefined) {
    if (cube.first === "none") return undefined;
    return ofPrincipals(
      cube,
      [...known.principals.keys()].filter((id) => principals[id] === 1),
      known,
    );
  }
  if (told === undefined || classes !== undefined) return undefined;
  if (told.size === 0) return [];
  if (cube.first !== "none") {
    const theirs = grouping.principalsOf(told);
    return theirs && ofPrincipals(cube, theirs, known);
  }
  const theirs = grouping.classesOf(told);
  return theirs && ofEntries(theirs, representativesIn(known).classes(cube.second), (id) => ({ low: id, high: id }));
}

function ofPrincipals(cube: Cube, ids: readonly number[], known: Dictionaries): readonly NameRange[] | undefined {
  const representatives = representativesIn(known).principals(cube.first);
  return ofEntries(ids, representatives, (id) => ({ low: cellName(id, 0), high: cellName(id + 1, 0) - 1 }));
}

/** Cells stand under the first entry that has a value. */
function ofEntries(
  ids: readonly number[],
  representatives: Int32Array,
  rangeOf: (id: number) => NameRange,
): readonly NameRange[] | undefined {
  const firsts = new Set(ids.map((id) => representatives[id] ?? id));
  return firsts.size > mostRanges ? undefined : [...firsts].sort((a, b) => a - b).map(rangeOf);
}
