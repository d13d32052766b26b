import type { Database } from "bun:sqlite";
import { ByteReader } from "#lib/byte-reader";
import { readInto } from "../../cell-codec";
import { hourMs } from "../../time-buckets";
import type { Dictionaries } from "../dictionaries";
import type { Tally } from "../tally";
import { type ClosedVisits, createClosedDayReader } from "./closed-day-reader";
import type { ClosedHour } from "./closed-days";
import { type Cube, numberOf, principalWithout } from "./cube-axes";
import { requestsIn } from "./cube-merge";
import { type CubeBlock, type CubeUnit, classOfName, createCubeRows, cubeUnits, principalOfName } from "./cube-rows";
import type { DayCells } from "./day-cells";
import { createMetCells } from "./met-cells";
import { nameRanges } from "./name-ranges";

export type CubeReading = {
  readonly cube: Cube & { readonly number: number };
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether whole days may be read at once: they lie within one point of the series. */
  readonly byDay: boolean;
  /** One at the number of each chosen dictionary entry; undefined where all are. */
  readonly principals: Uint8Array | undefined;
  readonly classes: Uint8Array | undefined;
  readonly tally: Tally;
  /** Whether each group that is told apart is one cell: a virtual key that was not changed within the hour. */
  readonly groupsAreCells: boolean;
  /** Filled by a reading of days that tells all groups apart, used by one that tells some apart. */
  readonly dayCells: DayCells;
};

export type CubesRead = {
  readonly rows: number;
  /** Requests whose cells had been left out: they are in the total, and in no group that is told apart. */
  readonly lost: number;
};

/** Adds the cells of a range of whole hours (UTC). */
export type ReadCubes = (reading: CubeReading, check: () => void) => CubesRead;

/**
 * What is not told apart is the total less what is: no other cell is read. The total of all records is a cell of its own;
 * of some principals it stands in the cube that tells nothing but them apart.
 */
export function createCubeReader(database: Database, dictionaries: () => Dictionaries): ReadCubes {
  const rows = createCubeRows(database);
  const closed = createClosedDayReader(database);
  return (reading, check) => {
    const { cube, fromMs, toMs, byDay, principals, classes, tally } = reading;
    const known = dictionaries();
    let read = 0;
    const each = (of: Cube, unit: CubeUnit, range: HourRange, visits: Visits, isLast: boolean) => {
      const { add, addClosed, isEnough } = visits;
      const met = new Set<number>();
      const number = numberOf(of, known.principals);
      const blocks = isEnough === undefined ? "all" : "first";
      const named = nameRanges(reading, of, known);
      const ended = (rowsOfDay: number, hours: HourRange) => {
        read += rowsOfDay;
        check();
        if (isLast) tally.finishHours(hours.from * hourMs, hours.to * hourMs);
      };
      const open = unit === "day" ? [range] : closed(number, range, named, met, addClosed(undefined), ended);
      for (const first of open.values().flatMap(({ from, to }) => rows.range(number, unit, from, to, blocks))) {
        met.add(first.at);
        for (let block: CubeBlock | undefined = first; block !== undefined; ) {
          read++;
          add(block, unit, undefined);
          block = isEnough?.() === false ? rows.block(number, unit, block.at, block.block + 1) : undefined;
        }
        check();
      }
      if (!of.first.startsWith("tag:")) return;
      // Before a tag came up there was no cube of it: none of these records has it.
      const plain: Cube = { first: "none", second: of.second === "none" ? "served" : of.second };
      const owner = principalWithout(of.first, known.principals);
      const substitute = { owner, hasTotalAlone: of.second === "none" };
      const plainNumber = numberOf(plain, known.principals);
      const names = substitute.hasTotalAlone ? [] : undefined;
      const rest = unit === "day" ? [range] : closed(plainNumber, range, names, met, addClosed(substitute), ended);
      for (const block of rest.values().flatMap(({ from, to }) => rows.range(plainNumber, unit, from, to, "all"))) {
        if (met.has(block.at)) continue;
        read++;
        add(block, unit, substitute);
      }
    };
    const ofPrincipals = principals !== undefined && classes === undefined && cube.second !== "none";
    const cells = createCells(reading, ofPrincipals);
    for (const { unit, ...range } of stretchesOf(fromMs, toMs, byDay)) {
      if (ofPrincipals) each({ first: cube.first, second: "none" }, unit, range, cells.base, false);
      each(cube, unit, range, cells.all, true);
    }
    return { rows: read, lost: cells.end() };
  };
}

/** What is done with the blocks of an hour or day, and with the hours of a closed day. */
type Visits = {
  readonly add: VisitBlock;
  readonly addClosed: (substitute: Substitute | undefined) => ClosedVisits;
  readonly isEnough: (() => boolean) | undefined;
};

type HourRange = { readonly from: number; readonly to: number };
/** A block that stands in for one of a cube that was not there yet: all in it belongs to one principal. */
type Substitute = { readonly owner: number; readonly hasTotalAlone: boolean };
type VisitBlock = (block: CubeBlock, unit: CubeUnit, substitute: Substitute | undefined) => void;

/** Whole days as days, where that is wanted, and what lies before and after them by the hour. */
function stretchesOf(fromMs: number, toMs: number, byDay: boolean) {
  const { hour, day } = cubeUnits;
  const hours = (from: number, to: number) => ({ unit: "hour" as const, from: from / hour.ms, to: to / hour.ms });
  const firstDay = Math.ceil(fromMs / day.ms) * day.ms;
  const lastDay = Math.floor(toMs / day.ms) * day.ms;
  if (!byDay || firstDay >= lastDay) return [hours(fromMs, toMs)];
  const days = { unit: "day" as const, from: firstDay / day.ms, to: lastDay / day.ms };
  return [hours(fromMs, firstDay), days, hours(lastDay, toMs)].filter(({ from, to }) => from < to);
}

function createCells({ principals, classes, tally, groupsAreCells, dayCells }: CubeReading, ofPrincipals: boolean) {
  const isAllChosen = principals === undefined && classes === undefined;
  const { told } = tally;
  const hasTotal = isAllChosen || ofPrincipals;
  const isTotalEnough = isAllChosen && told !== undefined && told.size === 0;
  /** Of the hour or day that is read. */
  const groupsMet = new Set<number>();
  const met = createMetCells(dayCells, isAllChosen ? (told ?? "all") : undefined);
  const chosenCount = principals?.reduce((sum, mark) => sum + mark, 0) ?? 0;
  const isChosen = (name: number, owner: number | undefined) =>
    (principals === undefined || principals[owner ?? principalOfName(name)] === 1) &&
    (classes === undefined || classes[classOfName(name)] === 1);

  const addTotal = (reader: ByteReader, atMs: number) => {
    const start = reader.at;
    met.total(requestsIn(reader));
    reader.at = start;
    if (told !== undefined) readInto(tally.rest(atMs), reader);
  };
  const addCell = (reader: ByteReader, name: number, atMs: number, owner: number | undefined, isClosed = false) => {
    if (!isChosen(name, owner)) return;
    const [principal, requestClass] = [owner ?? principalOfName(name), classOfName(name)];
    const start = reader.at;
    const group = tally.groupOf(principal, requestClass);
    if (!isClosed || !isAllChosen) met.cell(requestsIn(reader), group);
    if (told !== undefined && hasTotal && !told.has(group)) return;
    groupsMet.add(group);
    reader.at = start;
    const rest = told === undefined || !hasTotal ? undefined : tally.rest(atMs);
    readInto(tally.sinkOf(atMs, principal, requestClass), reader, rest);
  };
  return {
    base: ofBase({ isChosen, addTotal, chosenCount }),
    all: {
      /** Whether further blocks of an hour or day hold nothing that is asked for; undefined where that cannot be told. */
      isEnough:
        isAllChosen && told !== undefined && (groupsAreCells || told.size === 0 || dayCells.hasManyBlocks())
          ? () => told.size === 0 || (groupsAreCells && groupsMet.size >= told.size) || met.isComplete()
          : undefined,
      add: ({ at, block, cells }: CubeBlock, unit: CubeUnit, substitute: Substitute | undefined) => {
        const atMs = at * cubeUnits[unit].ms;
        if (block === 0) {
          groupsMet.clear();
          met.enter(at, unit, leftOut(cells));
        }
        eachCell(block, cells, (name, reader) => {
          const start = reader.at;
          if (name === 0 && isAllChosen) addTotal(reader, atMs);
          reader.at = start;
          if (name > 0 || substitute?.hasTotalAlone) addCell(reader, name, atMs, substitute?.owner);
          return !isTotalEnough && !substitute?.hasTotalAlone;
        });
      },
      addClosed: (substitute: Substitute | undefined) => ({
        total: ({ left, lost }: ClosedHour, reader: ByteReader, atMs: number) => {
          const start = reader.at;
          if (isAllChosen) met.closed(substitute?.hasTotalAlone ? 0 : lost);
          else met.enter(atMs / hourMs, "hour", left);
          if (isAllChosen && told !== undefined) readInto(tally.rest(atMs), reader);
          reader.at = start;
          if (substitute?.hasTotalAlone) addCell(reader, 0, atMs, substitute.owner, true);
        },
        // Of a closed day nobody counts cells that are not told apart: what is in no cell is known.
        isWanted: (name: number) =>
          isAllChosen && told !== undefined
            ? told.has(tally.groupOf(substitute?.owner ?? principalOfName(name), classOfName(name)))
            : isChosen(name, substitute?.owner),
        cell: (name: number, reader: ByteReader, atMs: number) => addCell(reader, name, atMs, substitute?.owner, true),
      }),
    } satisfies Visits,
    end: () => (isTotalEnough ? 0 : met.lost(hasTotal)),
  };
}

/** Of the cube that tells nothing but principals apart. */
function ofBase({
  isChosen,
  addTotal,
  chosenCount,
}: {
  readonly isChosen: (name: number, owner: number | undefined) => boolean;
  readonly addTotal: (reader: ByteReader, atMs: number) => void;
  readonly chosenCount: number;
}): Visits {
  const basesMet = new Set<number>();
  return {
    isEnough: () => basesMet.size >= chosenCount,
    add: ({ at, block, cells }: CubeBlock, unit: CubeUnit, substitute: Substitute | undefined) => {
      const atMs = at * cubeUnits[unit].ms;
      if (block === 0) basesMet.clear();
      eachCell(block, cells, (name, reader) => {
        const isWanted = substitute === undefined ? name > 0 : name === 0;
        if (!isWanted || !isChosen(name, substitute?.owner)) return true;
        basesMet.add(name);
        addTotal(reader, atMs);
        return true;
      });
    },
    addClosed: (substitute: Substitute | undefined) => ({
      total: (_hour: ClosedHour, reader: ByteReader, atMs: number) => {
        if (substitute !== undefined && isChosen(0, substitute.owner)) addTotal(reader, atMs);
      },
      isWanted: (name: number) => substitute === undefined && isChosen(name, undefined),
      cell: (_name: number, reader: ByteReader, atMs: number) => addTotal(reader, atMs),
    }),
  };
}

/** How many cells had been left out of an hour or day, of its first block. */
function leftOut(bytes: Uint8Array): number {
  return new ByteReader(bytes).next();
}

/** Visits cells until it is told to stop. */
function eachCell(block: number, bytes: Uint8Array, visit: (name: number, reader: ByteReader) => boolean): void {
  const reader = new ByteReader(bytes);
  if (block === 0) reader.next();
  while (reader.at < bytes.length) {
    const name = reader.next();
    const end = reader.next() + reader.at;
    if (!visit(name, reader)) break;
    reader.at = end;
  }
}
