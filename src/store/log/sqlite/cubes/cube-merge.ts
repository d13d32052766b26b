import { ByteReader } from "#lib/byte-reader";
import { ByteWriter } from "#lib/byte-writer";
import { clearSink, emptySink, maxCellBytes, readInto, type Sink, writeCell } from "../../cell-codec";
import type { CubeFacts } from "./cube-facts";
import { cellsPerBlock } from "./cube-rows";
import type { RecordChains } from "./record-chains";

/** What blocks hold: how many cells were left out, the total, and the cells by name. */
export type StoredCells = {
  readonly left: number;
  readonly total: Uint8Array | undefined;
  readonly cells: ReadonlyMap<number, StoredCell>;
};
/** Bytes of a cell behind its name and length, and its requests. */
export type StoredCell = { readonly bytes: Uint8Array; readonly size: number };

export function cellsIn(blocks: readonly Uint8Array[]): StoredCells {
  const cells = new Map<number, StoredCell>();
  let left = 0;
  let total: Uint8Array | undefined;
  for (const [block, all] of blocks.entries()) {
    const reader = new ByteReader(all);
    if (block === 0) left = reader.next();
    while (reader.at < all.length) {
      const name = reader.next();
      const end = reader.next() + reader.at;
      const bytes = all.subarray(reader.at, end);
      if (name === 0) total = bytes;
      else cells.set(name, { bytes, size: requestsIn(reader) });
      reader.at = end;
    }
  }
  return { left, total, cells };
}

/** Of a cell, behind its name and length: the first of the sums, where it is not zero. */
export function requestsIn(reader: ByteReader): number {
  return (reader.next() & 1) === 1 ? reader.next() : 0;
}

type Place = { readonly start: number; readonly end: number };
/** A cell that was there, records that are added, or both. */
type Candidate = { readonly name: number; readonly size: number; readonly chain: number; readonly bytes?: Uint8Array };

export type CubeMerge = {
  /** The cell of all records of some ranges, and of what was there. */
  readonly total: (before: Uint8Array | undefined, ranges: RecordChains["ranges"], facts: CubeFacts) => Uint8Array;
  /** The blocks of a cube's hour or day with more records: the total and the largest cells. */
  readonly blocks: (
    before: StoredCells,
    chains: RecordChains,
    facts: CubeFacts,
    kept: { readonly total: Uint8Array; readonly most: number },
  ) => readonly Uint8Array[];
  /** The blocks of cells that are there. */
  readonly unchanged: (cells: StoredCells) => readonly Uint8Array[];
};

export function createCubeMerge(): CubeMerge {
  const writer = new ByteWriter();
  const sum = emptySink(true);
  const write = (name: number): Place => {
    writer.ensure(maxCellBytes);
    const start = writer.at;
    writeCell(writer, name, sum);
    return { start, end: writer.at };
  };
  const copy = (name: number, bytes: Uint8Array): Place => {
    writer.ensure(16 + bytes.length);
    const start = writer.at;
    writer.next(name);
    writer.next(bytes.length);
    writer.copy(bytes, 0, bytes.length);
    return { start, end: writer.at };
  };
  const begin = (bytes: Uint8Array | undefined) => {
    clearSink(sum);
    if (bytes !== undefined) readInto(sum, new ByteReader(bytes));
  };
  return {
    total: (before, ranges, facts) => {
      writer.at = 0;
      begin(before);
      for (const [start, end] of ranges) {
        for (let record = start; record < end; record++) addRecord(sum, record, facts);
      }
      write(0);
      return writer.take();
    },
    unchanged: ({ left, total = new Uint8Array(0), cells }) => {
      writer.at = 0;
      const head = copy(0, total);
      const places = [...cells].sort(([, a], [, b]) => b.size - a.size).map(([name, { bytes }]) => copy(name, bytes));
      return blocksOf(left, writer.bytes.subarray(head.start, head.end), places, writer.bytes);
    },
    blocks: (before, chains, facts, { total, most }) => {
      writer.at = 0;
      const candidates = withAdded(before.cells, chains);
      const kept = candidates.sort((a, b) => b.size - a.size).slice(0, most);
      const places = kept.map(({ name, bytes, chain }) => {
        if (chain < 0 && bytes !== undefined) return copy(name, bytes);
        begin(bytes);
        for (let record = chain; record >= 0; record = chains.next[record] ?? -1) addRecord(sum, record, facts);
        return write(name);
      });
      return blocksOf(before.left + candidates.length - kept.length, total, places, writer.bytes);
    },
  };
}

function withAdded(before: StoredCells["cells"], { names, heads, counts }: RecordChains): Candidate[] {
  const added = new Map<number, number>();
  const candidates = names.map((name, place): Candidate => {
    const [chain, count] = [heads[place] ?? -1, counts[place] ?? 0];
    added.set(name, place);
    const known = before.get(name);
    return known === undefined
      ? { name, size: count, chain }
      : { name, size: known.size + count, chain, bytes: known.bytes };
  });
  for (const [name, cell] of before) if (!added.has(name)) candidates.push({ name, chain: -1, ...cell });
  return candidates;
}

function addRecord({ sums, histograms }: Sink, record: number, { places, values, bins }: CubeFacts): void {
  const width = places.length;
  for (let column = 0, at = record * width; column < width; column++, at++) {
    const place = places[column] ?? 0;
    sums[place] = (sums[place] ?? 0) + (values[at] ?? 0);
  }
  count(histograms?.[0], bins[0][record]);
  count(histograms?.[1], bins[1][record]);
}

function count(bins: Float64Array | undefined, bin: number | undefined): void {
  if (bins !== undefined && bin !== undefined && bin >= 0) bins[bin] = (bins[bin] ?? 0) + 1;
}

function blocksOf(left: number, total: Uint8Array, cells: readonly Place[], bytes: Uint8Array): readonly Uint8Array[] {
  const head = new ByteWriter();
  head.next(left);
  const blocks: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < cells.length; start += cellsPerBlock) {
    const its = cells.slice(start, start + cellsPerBlock);
    const [from, to] = [its[0]?.start ?? 0, its.at(-1)?.end ?? 0];
    const together = bytes.subarray(from, to);
    blocks.push(start === 0 ? Buffer.concat([head.take(), total, together]) : new Uint8Array(together));
  }
  return blocks;
}
