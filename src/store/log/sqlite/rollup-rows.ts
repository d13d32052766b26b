import type { Database } from "bun:sqlite";
import { createCellAdder } from "../cell-codec";
import { addCorrection, type Cell, count, emptyCell } from "../rollup-cell";
import { dayMs } from "../time-buckets";
import type { CubeFacts } from "./cubes/cube-facts";
import { timeOfKey } from "./record-key";

/**
 * Each day is summed up three times, so that a question reads no more than it needs: by request class, by principal, and by both.
 * A row is a day of one owner, sixteen classes or principals, or one principal with its classes, and has a cell for each.
 */
export const rollupViews = { classes: 0, principals: 1, pairs: 2 } as const;
export type RollupView = keyof typeof rollupViews;

/** The row and the cell that a principal's request class is summed up in. */
export function ownerIn(view: RollupView, principal: number, requestClass: number): number {
  switch (view) {
    case "classes":
      return requestClass >> 4;
    case "principals":
      return principal >> 4;
    case "pairs":
      return principal;
  }
}

function cellIn(view: RollupView, principal: number, requestClass: number): number {
  return view === "principals" ? principal : requestClass;
}

export type RollupWriter = {
  readonly add: (facts: CubeFacts) => void;
  readonly addCorrection: (key: number, principal: number, requestClass: number, difference: number) => void;
  /** Writes what was added, within a transaction. */
  readonly flush: () => void;
  readonly forget: () => void;
};

type Sum = { readonly day: number; readonly principal: number; readonly requestClass: number; readonly cell: Cell };
type Row = { readonly day: number; readonly owner: number; readonly cells: Map<number, Cell[]> };

/** Sums up by day, principal and request class in memory; what comes out goes into a row of each view. */
export function createRollupWriter(database: Database): RollupWriter {
  const find = database.prepare<{ cells: Uint8Array }, [number, number, number]>(
    "SELECT cells FROM rollups WHERE view = ? AND day = ? AND owner = ?",
  );
  const replace = database.prepare("INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?)");
  const addToCells = createCellAdder();
  const sums = new Map<string, Sum>();
  let last: Sum | undefined;
  const cellOf = (key: number, principal: number, requestClass: number): Cell => {
    const day = Math.floor(timeOfKey(key) / dayMs);
    // Records that follow each other are often of one principal and class.
    if (last?.principal === principal && last.requestClass === requestClass && last.day === day) return last.cell;
    const name = `${day}:${principal}:${requestClass}`;
    last = sums.get(name) ?? { day, principal, requestClass, cell: emptyCell() };
    sums.set(name, last);
    return last.cell;
  };
  const clear = () => {
    sums.clear();
    last = undefined;
  };
  const flushView = (view: RollupView) => {
    const number = rollupViews[view];
    for (const { day, owner, cells } of rowsOf(view, sums.values())) {
      replace.run(number, day, owner, addToCells(find.get(number, day, owner)?.cells, cells));
    }
  };
  return {
    add: (facts) => {
      const { size, keys, principals, classes } = facts;
      for (let record = 0; record < size; record++) {
        addFacts(cellOf(keys[record] ?? 0, principals[record] ?? 0, classes[record] ?? 0), record, facts);
      }
    },
    addCorrection: (key, principal, requestClass, difference) =>
      addCorrection(cellOf(key, principal, requestClass), difference),
    flush: () => {
      for (const view of ["classes", "principals", "pairs"] as const) flushView(view);
      clear();
    },
    forget: clear,
  };
}

function addFacts({ sums, histograms }: Cell, record: number, { places, values, bins }: CubeFacts): void {
  const start = record * places.length;
  for (let column = 0; column < places.length; column++) {
    const place = places[column] ?? 0;
    sums[place] = (sums[place] ?? 0) + (values[start + column] ?? 0);
  }
  for (const which of [0, 1] as const) {
    const bin = bins[which][record] ?? Number.NaN;
    if (!Number.isNaN(bin)) count(histograms[which], bin);
  }
}

function rowsOf(view: RollupView, sums: Iterable<Sum>): Iterable<Row> {
  const rows = new Map<string, Row>();
  for (const { day, principal, requestClass, cell } of sums) {
    const owner = ownerIn(view, principal, requestClass);
    const row: Row = rows.get(`${day}:${owner}`) ?? { day, owner, cells: new Map() };
    rows.set(`${day}:${owner}`, row);
    const name = cellIn(view, principal, requestClass);
    const cells = row.cells.get(name);
    if (cells === undefined) row.cells.set(name, [cell]);
    else cells.push(cell);
  }
  return rows.values();
}
