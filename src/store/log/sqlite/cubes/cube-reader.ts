import type { Database } from "bun:sqlite";
import { ByteReader } from "#lib/byte-reader";
import { readInto } from "../../cell-codec";
import type { Dictionaries } from "../dictionaries";
import type { Tally } from "../tally";
import { type Cube, numberOf, principalWithout } from "./cube-axes";
import { requestsIn } from "./cube-merge";
import { type CubeBlock, type CubeUnit, classOfName, createCubeRows, cubeUnits, principalOfName } from "./cube-rows";
import type { DayCells } from "./day-cells";
import { createMetCells } from "./met-cells";

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
  return (reading, check) => {
    const { cube, fromMs, toMs, byDay, principals, classes } = reading;
    const known = dictionaries();
    let read = 0;
    const each = (of: Cube, unit: CubeUnit, range: HourRange, visit: VisitBlock, isEnough?: () => boolean) => {
      const met = new Set<number>();
      const number = numberOf(of, known.principals);
      const blocks = isEnough === undefined ? "all" : "first";
      for (const first of rows.range(number, unit, range.from, range.to, blocks)) {
        met.add(first.at);
        for (let block: CubeBlock | undefined = first; block !== undefined; ) {
          read++;
          visit(block, unit, undefined);
          block = isEnough?.() === false ? rows.block(number, unit, block.at, block.block + 1) : undefined;
        }
        check();
      }
      if (!of.first.startsWith("tag:")) return;
      // Before a tag came up there was no cube of it: none of these records has it.
      const plain: Cube = { first: "none", second: of.second === "none" ? "served" : of.second };
      const owner = principalWithout(of.first, known.principals);
      for (const block of rows.range(numberOf(plain, known.principals), unit, range.from, range.to, "all")) {
        if (met.has(block.at)) continue;
        read++;
        visit(block, unit, { owner, hasTotalAlone: of.second === "none" });
      }
    };
    const ofPrincipals = principals !== undefined && classes === undefined && cube.second !== "none";
    const cells = createCells(reading, ofPrincipals);
    for (const { unit, ...range } of stretchesOf(fromMs, toMs, byDay)) {
      if (ofPrincipals) each({ first: cube.first, second: "none" }, unit, range, cells.addBase, cells.hasBase);
      each(cube, unit, range, cells.add, cells.hasAll);
    }
    return { rows: read, lost: cells.end() };
  };
}

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
  /** Of the hour or day that is read: the groups, or the chosen principals, that were met. */
  const [groupsMet, basesMet] = [new Set<number>(), new Set<number>()];
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
  const addCell = (reader: ByteReader, name: number, atMs: number, owner: number | undefined) => {
    if (!isChosen(name, owner)) return;
    const [principal, requestClass] = [owner ?? principalOfName(name), classOfName(name)];
    const start = reader.at;
    const group = tally.groupOf(principal, requestClass);
    met.cell(requestsIn(reader), group);
    if (told !== undefined && hasTotal && !told.has(group)) return;
    groupsMet.add(group);
    reader.at = start;
    readInto(tally.sinkOf(atMs, principal, requestClass), reader);
    if (told === undefined || !hasTotal) return;
    reader.at = start;
    readInto(tally.rest(atMs), reader, -1);
  };
  return {
    /** Whether further blocks of an hour or day hold nothing that is asked for; undefined where that cannot be told. */
    hasAll:
      isAllChosen && told !== undefined && (groupsAreCells || told.size === 0 || dayCells.hasManyBlocks())
        ? () => told.size === 0 || (groupsAreCells && groupsMet.size >= told.size) || met.isComplete()
        : undefined,
    hasBase: () => basesMet.size >= chosenCount,
    /** Of the cube that tells nothing but principals apart. */
    addBase: ({ at, block, cells }: CubeBlock, unit: CubeUnit, substitute: Substitute | undefined) => {
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
    end: () => (isTotalEnough ? 0 : met.lost(hasTotal)),
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
