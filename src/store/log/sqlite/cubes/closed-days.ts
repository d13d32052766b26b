import type { Database } from "bun:sqlite";
import { ByteReader } from "#lib/byte-reader";
import { ByteWriter } from "#lib/byte-writer";
import { dayMs, hourMs } from "../../time-buckets";
import { requestsIn, type StoredCells } from "./cube-merge";

/**
 * The hours of a day that is over, cell by cell: a question about few cells reads the rows that these stand in, and none for
 * each hour. Cells are in the order of their names, in rows of about so many bytes, each under the name of its first, zstd:
 *
 *     name, length of what follows, a bit for each hour that has it, and for each of these: length, the cell
 *
 * The row under 0 has what all records come to: a bit for each hour that has some, and for each of these: how many cells and how
 * many requests are in no cell, length, the cell. A day's hours stand here or among the rows of hours, never in both.
 */
const rowBytes = 16_384;
export const hoursPerDay = dayMs / hourMs;

export type ClosedRow = { readonly first: number; readonly cells: Uint8Array };

export type ClosedDays = {
  /** Those of a range (its end excluded) that a cube has, with the rows of what all their records come to. */
  readonly heads: (
    cube: number,
    from: number,
    to: number,
  ) => readonly { readonly day: number; readonly cells: Uint8Array }[];
  /** The rows behind the first that may have cells with names in a range, both ends included; in order. */
  readonly rows: (cube: number, day: number, low: number, high: number) => readonly ClosedRow[];
  readonly has: (day: number) => boolean;
  readonly write: (cube: number, day: number, hours: ReadonlyMap<number, StoredCells>) => void;
  /** What was written, by hour. */
  readonly read: (cube: number, day: number) => ReadonlyMap<number, StoredCells>;
  readonly remove: (cube: number, day: number) => void;
};

export function createClosedDays(database: Database): ClosedDays {
  const heads = database.prepare<{ day: number; cells: Uint8Array }, [number, number, number]>(
    `WITH RECURSIVE steps (day) AS (SELECT ?2 WHERE ?2 < ?3 UNION ALL SELECT day + 1 FROM steps WHERE day + 1 < ?3)
    SELECT c.day, cells FROM steps CROSS JOIN closed_days AS c ON cube = ?1 AND c.day = steps.day AND first = 0`,
  );
  const rows = database.prepare<ClosedRow, [number, number, number, number]>(
    `SELECT first, cells FROM closed_days WHERE cube = ?1 AND day = ?2 AND first BETWEEN max(1, coalesce(
      (SELECT first FROM closed_days WHERE cube = ?1 AND day = ?2 AND first <= ?3 ORDER BY first DESC LIMIT 1), 1))
      AND ?4 ORDER BY first`,
  );
  const any = database.prepare<{ day: number }, [number]>("SELECT day FROM closed_days WHERE day = ? LIMIT 1");
  const remove = database.prepare("DELETE FROM closed_days WHERE cube = ? AND day = ?");
  const insert = database.prepare("INSERT INTO closed_days (cube, day, first, cells) VALUES (?, ?, ?, ?)");
  const headsOf: ClosedDays["heads"] = (cube, from, to) => {
    return heads.all(cube, from, to).map(({ day, cells }) => ({ day, cells: Bun.zstdDecompressSync(cells) }));
  };
  const rowsOf: ClosedDays["rows"] = (cube, day, low, high) => {
    return rows.all(cube, day, low, high).map(({ first, cells }) => ({ first, cells: Bun.zstdDecompressSync(cells) }));
  };
  return {
    heads: headsOf,
    rows: rowsOf,
    has: (day) => any.get(day) !== null,
    write: (cube, day, hours) => {
      for (const { first, cells } of laidOut(hours)) {
        insert.run(cube, day, first, Bun.zstdCompressSync(cells, { level: 1 }));
      }
    },
    read: (cube, day) => {
      const [head] = headsOf(cube, day, day + 1);
      return head === undefined ? new Map() : hoursOf(head.cells, rowsOf(cube, day, 1, Number.MAX_SAFE_INTEGER));
    },
    remove: (cube, day) => void remove.run(cube, day),
  };
}

/** Deletes days before one, at most about so many rows; returns how many went. */
export function deleteClosedDays(database: Database, beforeDay: number, batch: number): number {
  return database
    .query("DELETE FROM closed_days WHERE id IN (SELECT id FROM closed_days WHERE day < ? LIMIT ?)")
    .run(beforeDay, batch).changes;
}

/** What an hour has beside its cells. */
export type ClosedHour = {
  readonly hour: number;
  /** How many cells, and how many requests, are in no cell. */
  readonly left: number;
  readonly lost: number;
};

/** The reader that is handed on stands before the cell of all records of that hour. */
export function eachTotal(head: Uint8Array, visit: (hour: ClosedHour, reader: ByteReader, end: number) => void): void {
  const reader = new ByteReader(head);
  for (let mask = reader.next(), hour = 0; mask > 0; mask >>>= 1, hour++) {
    if ((mask & 1) === 0) continue;
    const [left, lost] = [reader.next(), reader.next()];
    const end = reader.next() + reader.at;
    visit({ hour, left, lost }, reader, end);
    reader.at = end;
  }
}

/** `isWanted`: cells that are not are passed over. The reader stands before the cell of an hour. */
export function eachHourOfCells(
  row: Uint8Array,
  isWanted: (name: number) => boolean,
  visit: (name: number, hour: number, reader: ByteReader, end: number) => void,
): void {
  const reader = new ByteReader(row);
  while (reader.at < row.length) {
    const name = reader.next();
    const endOfCell = reader.next() + reader.at;
    if (isWanted(name)) {
      for (let mask = reader.next(), hour = 0; mask > 0; mask >>>= 1, hour++) {
        if ((mask & 1) === 0) continue;
        const end = reader.next() + reader.at;
        visit(name, hour, reader, end);
        reader.at = end;
      }
    }
    reader.at = endOfCell;
  }
}

function laidOut(hours: ReadonlyMap<number, StoredCells>): readonly ClosedRow[] {
  const byName = new Map<number, (readonly [hour: number, bytes: Uint8Array])[]>();
  for (const [hour, { cells }] of hours) {
    for (const [name, { bytes }] of cells) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [[hour, bytes]]);
      else known.push([hour, bytes]);
    }
  }
  const rows: ClosedRow[] = [{ first: 0, cells: headOf(hours) }];
  const [row, cell] = [new ByteWriter(), new ByteWriter()];
  let first = 0;
  const end = () => {
    if (row.at > 0) rows.push({ first, cells: row.take() });
    row.at = 0;
  };
  for (const [name, its] of [...byName].sort(([a], [b]) => a - b)) {
    cell.at = 0;
    writeHours(
      cell,
      its,
      ([hour]) => hour,
      ([, bytes]) => writeBytes(cell, bytes),
    );
    if (row.at + cell.at > rowBytes) end();
    if (row.at === 0) first = name;
    row.ensure(cell.at + 2 * longestVarint);
    row.next(name);
    row.next(cell.at);
    row.copy(cell.bytes, 0, cell.at);
  }
  end();
  return rows;
}

const longestVarint = 8;

function headOf(hours: ReadonlyMap<number, StoredCells>): Uint8Array {
  const writer = new ByteWriter();
  const hourOf = ([hour]: readonly [number, StoredCells]) => hour;
  writeHours(writer, [...hours], hourOf, ([, { left, total = new Uint8Array(0), cells }]) => {
    const inCells = cells.values().reduce((sum, { size }) => sum + size, 0);
    writer.next(left);
    writer.next(left === 0 ? 0 : Math.max(0, requestsIn(new ByteReader(total)) - inCells));
    writeBytes(writer, total);
  });
  return writer.take();
}

function writeHours<E>(
  writer: ByteWriter,
  entries: readonly E[],
  hourOf: (entry: E) => number,
  write: (e: E) => void,
): void {
  const inOrder = entries.toSorted((a, b) => hourOf(a) - hourOf(b));
  writer.ensure(longestVarint);
  writer.next(inOrder.reduce((mask, entry) => mask | (1 << hourOf(entry)), 0));
  for (const entry of inOrder) {
    writer.ensure(2 * longestVarint);
    write(entry);
  }
}

function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.ensure(longestVarint + bytes.length);
  writer.next(bytes.length);
  writer.copy(bytes, 0, bytes.length);
}

function hoursOf(head: Uint8Array, rows: readonly ClosedRow[]): ReadonlyMap<number, StoredCells> {
  const hours = new Map<number, StoredCells & { readonly cells: Map<number, { bytes: Uint8Array; size: number }> }>();
  eachTotal(head, ({ hour, left }, reader, end) => {
    hours.set(hour, { left, total: head.subarray(reader.at, end), cells: new Map() });
  });
  for (const { cells } of rows) {
    eachHourOfCells(
      cells,
      () => true,
      (name, hour, reader, end) => {
        const bytes = cells.subarray(reader.at, end);
        hours.get(hour)?.cells.set(name, { bytes, size: requestsIn(reader) });
      },
    );
  }
  return hours;
}
