import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { createCellAdder } from "../cell-codec";
import { addCorrection, addRecord, type Cell, emptyCell } from "../rollup-cell";
import { levelMs, levels } from "../time-buckets";

/**
 * Whose cells a row holds: those of one principal, or those of sixteen kinds over all principals, so that a question that
 * does not ask for principals reads little, and a row that is written with every batch stays small.
 */
export function ownerOfKind(kind: number): number {
  return -1 - (kind >> 4);
}

export type RollupWriter = {
  readonly add: (startMs: number, principal: number, kind: number, record: RequestRecord) => void;
  readonly addCorrection: (startMs: number, principal: number, kind: number, difference: number) => void;
  /** Writes what was added, within the transaction that writes the records. */
  readonly flush: () => void;
  readonly forget: () => void;
};

type Cells = Map<number, Cell[]>;

/** Sums up by minute, principal and kind in memory; what comes out goes into a row each of minute, hour and day. */
export function createRollupWriter(database: Database): RollupWriter {
  const find = database.prepare<{ cells: Uint8Array }, [number, number, number]>(
    "SELECT cells FROM rollups WHERE level = ? AND bucket = ? AND owner = ?",
  );
  const replace = database.prepare("INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?)");
  const addToCells = createCellAdder();
  const minutes = new Map<string, { startMs: number; principal: number; kind: number; cell: Cell }>();
  const cellOf = (startMs: number, principal: number, kind: number): Cell => {
    const minute = Math.floor(startMs / levelMs.minute);
    const name = `${minute}:${principal}:${kind}`;
    const known = minutes.get(name);
    if (known !== undefined) return known.cell;
    const cell = emptyCell();
    minutes.set(name, { startMs, principal, kind, cell });
    return cell;
  };
  const write = (level: number, bucket: number, owner: number, cells: Cells) => {
    replace.run(level, bucket, owner, addToCells(find.get(level, bucket, owner)?.cells, cells));
  };
  return {
    add: (startMs, principal, kind, record) => addRecord(cellOf(startMs, principal, kind), record),
    addCorrection: (startMs, principal, kind, difference) =>
      addCorrection(cellOf(startMs, principal, kind), difference),
    flush: () => {
      for (const [level, name] of levels.entries()) {
        const rows = new Map<string, { bucket: number; owner: number; cells: Cells }>();
        for (const { startMs, principal, kind, cell } of minutes.values()) {
          const bucket = Math.floor(startMs / levelMs[name]);
          for (const owner of [principal, ownerOfKind(kind)]) {
            const row = rows.get(`${bucket}:${owner}`) ?? { bucket, owner, cells: new Map() };
            rows.set(`${bucket}:${owner}`, row);
            const cells = row.cells.get(kind);
            if (cells === undefined) row.cells.set(kind, [cell]);
            else cells.push(cell);
          }
        }
        for (const { bucket, owner, cells } of rows.values()) write(level, bucket, owner, cells);
      }
      minutes.clear();
    },
    forget: () => minutes.clear(),
  };
}
