import { ByteReader } from "#lib/byte-reader";
import { ByteWriter } from "#lib/byte-writer";
import { binCount, type Cell, carryMoney, cellSums } from "./rollup-cell";

/**
 * Cells of one roll-up row as bytes, one after the other, all numbers varints; the name of a cell is a number, too:
 *
 *     name, length of what follows (2 bytes), a bit for each sum that is not zero, those sums,
 *     twice (duration, first token): length in bytes (2), then pairs of distance to the bin before and count
 */
export type CellUpdates = ReadonlyMap<number, readonly Cell[]>;

/** Most bytes that one cell can take: each sum and bin at its longest. */
export const maxCellBytes = 16 + cellSums.length * 8 + 2 * (2 + binCount * 10);

/** Adds cells, by name, to those that a row has already. Cells that are not touched are copied as they are. */
export type AddToCells = (existing: Uint8Array | undefined, updates: CellUpdates) => Uint8Array;

export function createCellAdder(): AddToCells {
  const writer = new ByteWriter();
  const sum = emptySink(true);
  const write = (name: number, cells: readonly Cell[]) => {
    for (const cell of cells) addCell(sum, cell);
    writer.ensure(maxCellBytes);
    writeCell(writer, name, sum);
    clearSink(sum);
  };
  return (existing, updates) => {
    writer.at = 0;
    const reader = new ByteReader(existing ?? new Uint8Array(0));
    const met = new Set<number>();
    while (reader.at < reader.bytes.length) {
      const start = reader.at;
      const name = reader.next();
      const end = reader.next() + reader.at;
      const cells = updates.get(name);
      if (cells === undefined) {
        writer.ensure(end - start);
        writer.copy(reader.bytes, start, end);
      } else {
        met.add(name);
        readInto(sum, reader);
        write(name, cells);
      }
      reader.at = end;
    }
    for (const [name, cells] of updates) if (!met.has(name)) write(name, cells);
    return writer.take();
  };
}

/** Sums in the order of `cellSums`, and how many durations and times to the first token each bin has seen. */
export type Sink = {
  readonly sums: Float64Array;
  /** Absent where no percentiles are asked for. */
  readonly histograms?: readonly [duration: Float64Array, firstToken: Float64Array];
};

export function emptySink(percentiles: boolean): Sink {
  const sums = new Float64Array(cellSums.length);
  return percentiles ? { sums, histograms: [new Float64Array(binCount), new Float64Array(binCount)] } : { sums };
}

const sinksOfSlab = 64;

/** Makes empty sinks, many of them in one piece of memory: a question may need twenty thousand. */
export function createSinks(percentiles: boolean): () => Sink {
  if (!percentiles) return () => emptySink(false);
  const width = cellSums.length + 2 * binCount;
  let slab = new Float64Array(0);
  let at = 0;
  return () => {
    if (at === slab.length) [slab, at] = [new Float64Array(sinksOfSlab * width), 0];
    const [start, bins, otherBins] = [at, at + cellSums.length, at + cellSums.length + binCount];
    at += width;
    return {
      sums: slab.subarray(start, bins),
      histograms: [slab.subarray(bins, otherBins), slab.subarray(otherBins, at)],
    };
  };
}

export function addSink(into: Sink, from: Sink): void {
  addArray(into.sums, from.sums);
  if (into.histograms === undefined || from.histograms === undefined) return;
  addArray(into.histograms[0], from.histograms[0]);
  addArray(into.histograms[1], from.histograms[1]);
}

function addArray(into: Float64Array, from: Float64Array): void {
  for (let index = 0; index < from.length; index++) into[index] = (into[index] ?? 0) + (from[index] ?? 0);
}

/** Adds each cell of a row to where `sinkOf` says; cells for which it returns undefined are passed over. */
export function readCells(bytes: Uint8Array, sinkOf: (name: number) => Sink | undefined): void {
  const reader = new ByteReader(bytes);
  while (reader.at < bytes.length) {
    const name = reader.next();
    const end = reader.next() + reader.at;
    const sink = sinkOf(name);
    if (sink !== undefined) readInto(sink, reader);
    reader.at = end;
  }
}

/** Adds a cell, behind its name and length, to sums and, where there are some, histograms; and takes it from others. */
export function readInto({ sums, histograms }: Sink, reader: ByteReader, from?: Sink): void {
  for (let mask = reader.next(), index = 0; mask > 0; mask >>>= 1, index++) {
    if ((mask & 1) === 0) continue;
    const amount = reader.next();
    sums[index] = (sums[index] ?? 0) + amount;
    if (from !== undefined) from.sums[index] = (from.sums[index] ?? 0) - amount;
  }
  if (histograms === undefined) return;
  readBins(histograms[0], reader, from?.histograms?.[0]);
  readBins(histograms[1], reader, from?.histograms?.[1]);
}

function readBins(bins: Float64Array, reader: ByteReader, from: Float64Array | undefined): void {
  const end = reader.next() + reader.at;
  for (let bin = 0; reader.at < end; ) {
    bin += reader.next();
    const count = reader.next();
    bins[bin] = (bins[bin] ?? 0) + count;
    if (from !== undefined) from[bin] = (from[bin] ?? 0) - count;
  }
}

export function addCell({ sums, histograms }: Sink, cell: Cell): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (cell.sums[index] ?? 0);
  for (const which of [0, 1] as const) {
    const bins = histograms?.[which];
    if (bins === undefined) continue;
    for (const [bin, count] of cell.histograms[which]) bins[bin] = (bins[bin] ?? 0) + count;
  }
}

export function clearSink({ sums, histograms }: Sink): void {
  sums.fill(0);
  for (const bins of histograms ?? []) bins.fill(0);
}

/** Room for it is there. */
export function writeCell(writer: ByteWriter, name: number, { sums, histograms }: Sink): void {
  carryMoney(sums);
  writer.next(name);
  const lengthAt = writer.at;
  writer.at += 2;
  let mask = 0;
  for (let index = 0; index < sums.length; index++) if (sums[index] !== 0) mask |= 1 << index;
  writer.next(mask);
  for (let index = 0; index < sums.length; index++) if (sums[index] !== 0) writer.next(sums[index] ?? 0);
  for (const bins of histograms ?? []) writeBins(writer, bins);
  writer.set(lengthAt, writer.at - lengthAt - 2);
}

function writeBins(writer: ByteWriter, bins: Float64Array): void {
  const lengthAt = writer.at;
  writer.at += 2;
  for (let bin = 0, before = 0; bin < bins.length; bin++) {
    const count = bins[bin] ?? 0;
    if (count === 0) continue;
    writer.next(bin - before);
    writer.next(count);
    before = bin;
  }
  writer.set(lengthAt, writer.at - lengthAt - 2);
}
