import type { Database } from "bun:sqlite";
import type { ByteReader } from "#lib/byte-reader";
import { hourMs } from "../../time-buckets";
import { type ClosedHour, createClosedDays, eachHourOfCells, eachTotal, hoursPerDay } from "./closed-days";

/** Readers stand before the cell. */
export type ClosedVisits = {
  readonly total: (hour: ClosedHour, reader: ByteReader, atMs: number) => void;
  readonly isWanted: (name: number) => boolean;
  readonly cell: (name: number, reader: ByteReader, atMs: number) => void;
};

/** Hours since the epoch; the end is excluded. */
type HourRange = { readonly from: number; readonly to: number };
export type NameRange = { readonly low: number; readonly high: number };

/**
 * Visits the hours of a range that stand in closed days of a cube, but not those that were met already, and returns what is left
 * of the range. `named`: what names cells may have that are wanted, ascending; undefined where all are read.
 * `ended` is told of each day how many rows were read, and the hours.
 */
export type ReadClosedDays = (
  cube: number,
  range: HourRange,
  named: readonly NameRange[] | undefined,
  met: Set<number>,
  visits: ClosedVisits,
  ended: (rows: number, hours: HourRange) => void,
) => readonly HourRange[];

export function createClosedDayReader(database: Database): ReadClosedDays {
  const days = createClosedDays(database);
  /** The rows that have cells of these names, each once. */
  function* rowsOf(cube: number, day: number, named: readonly NameRange[]): Iterable<Uint8Array> {
    let reached = 0;
    for (const { low, high } of named) {
      for (const { first, cells } of days.rows(cube, day, low, high)) {
        if (first <= reached) continue;
        reached = first;
        yield cells;
      }
    }
  }
  return (cube, { from, to }, named = everyName, met, visits, ended) => {
    const open: HourRange[] = [];
    let reached = from;
    for (const head of days.heads(cube, Math.floor(from / hoursPerDay), Math.ceil(to / hoursPerDay))) {
      const start = head.day * hoursPerDay;
      open.push({ from: reached, to: Math.max(reached, start) });
      reached = Math.min(to, start + hoursPerDay);
      const isSkipped = Array.from({ length: hoursPerDay }, (_, hour) => {
        return start + hour < from || start + hour >= to || met.has(start + hour);
      });
      eachTotal(head.cells, (hour, reader) => {
        if (isSkipped[hour.hour]) return;
        met.add(start + hour.hour);
        visits.total(hour, reader, (start + hour.hour) * hourMs);
      });
      let rows = 1;
      for (const cells of rowsOf(cube, head.day, named)) {
        rows++;
        eachHourOfCells(cells, visits.isWanted, (name, hour, reader) => {
          if (!isSkipped[hour]) visits.cell(name, reader, (start + hour) * hourMs);
        });
      }
      ended(rows, { from: Math.max(from, start), to: reached });
    }
    return [...open, { from: reached, to }].filter((range) => range.from < range.to);
  };
}

const everyName: readonly NameRange[] = [{ low: 1, high: Number.MAX_SAFE_INTEGER }];
