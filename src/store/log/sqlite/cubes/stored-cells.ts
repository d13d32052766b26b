import type { Dictionaries } from "../dictionaries";
import { type Cube, numberOf, principalWithout } from "./cube-axes";
import { cellsIn, type StoredCells } from "./cube-merge";
import { type CubeRows, type CubeUnit, cellName, classOfName } from "./cube-rows";

/**
 * The cells of a cube that are there. A tag that came up in the middle of an hour or day finds none: the records until
 * then do not have it, and stand in the cubes without a first axis.
 */
export function createStoredCells(rows: CubeRows, { principals }: Dictionaries) {
  return ({ first, second }: Cube, number: number, unit: CubeUnit, at: number): StoredCells => {
    const blocks = rows.blocks(number, unit, at);
    if (blocks.length > 0 || !first.startsWith("tag:")) return cellsIn(blocks);
    const plain: Cube = { first: "none", second: second === "none" ? "served" : second };
    const found = cellsIn(rows.blocks(numberOf(plain, principals), unit, at));
    const owner = principalWithout(first, principals);
    if (second !== "none") {
      const cells = new Map(
        [...found.cells].map(([name, cell]) => [cellName(owner, classOfName(name)), cell] as const),
      );
      return { ...found, cells };
    }
    const cells = found.total === undefined ? [] : [[cellName(owner, 0), { bytes: found.total, size: 0 }] as const];
    return { left: 0, total: found.total, cells: new Map(cells) };
  };
}
