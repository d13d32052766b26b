import type { Sink } from "./cell-codec";
import { binCount, binStartMs, cellSums, moneyAt, nanosPerDollar } from "./rollup-cell";

/**
 * What is told of some requests, as one row of numbers: the sums in the order of `cellSums`, then, where percentiles were asked
 * for, those of `latencies`. Not an object: a question may have twenty thousand, and they go from one thread to another.
 */
export type Figures = Float64Array;

/**
 * Milliseconds; NaN without any. Percentiles are the middle of the bin that holds the nearest rank: at most 5 % off.
 * `generation`: all time between the first token (the start, where none is known) and the end.
 */
export const latencies = [
  "duration_p50",
  "duration_p90",
  "duration_p95",
  "duration_p99",
  "first_token_p50",
  "first_token_p90",
  "first_token_p95",
  "first_token_p99",
  "generation",
] as const;
type Latency = (typeof latencies)[number];

const shares = [0.5, 0.9, 0.95, 0.99] as const;

/** Points of time in order, without those in which nothing happened: their starts, and a row of figures after the other. */
export type Series = { readonly atMs: Float64Array; readonly rows: Float64Array };

export const emptySeries: Series = { atMs: new Float64Array(0), rows: new Float64Array(0) };

export function hasLatencies(figures: Figures): boolean {
  return figures.length > cellSums.length;
}

export function latencyOf(figures: Figures, name: Latency): number {
  return figures[cellSums.length + latencies.indexOf(name)] ?? Number.NaN;
}

export function figuresOf(sink: Sink): Figures {
  const figures = new Float64Array(cellSums.length + (sink.histograms === undefined ? 0 : latencies.length));
  writeFigures(figures, sink);
  return figures;
}

/** In the order of time. */
export function seriesOf(points: readonly (readonly [atMs: number, figures: Figures])[]): Series {
  const [first] = points;
  if (first === undefined) return emptySeries;
  const width = first[1].length;
  const series = { atMs: new Float64Array(points.length), rows: new Float64Array(points.length * width) };
  for (const [place, [atMs, figures]] of points.toSorted(([a], [b]) => a - b).entries()) {
    series.atMs[place] = atMs;
    series.rows.set(figures, place * width);
  }
  return series;
}

export function pointsOf({ atMs, rows }: Series): readonly { readonly atMs: number; readonly figures: Figures }[] {
  const width = rows.length / atMs.length;
  return Array.from(atMs, (ms, place) => ({ atMs: ms, figures: rows.subarray(place * width, (place + 1) * width) }));
}

function writeFigures(to: Figures, { sums, histograms }: Sink): void {
  to.set(sums);
  for (const { dollars, nanos } of Object.values(moneyAt)) {
    const carried = Math.floor((sums[nanos] ?? 0) / nanosPerDollar);
    to[dollars] = (sums[dollars] ?? 0) + carried;
    to[nanos] = (sums[nanos] ?? 0) - carried * nanosPerDollar;
  }
  if (histograms === undefined) return;
  const place = cellSums.length;
  const durationMs = writePercentiles(to, place, histograms[0]);
  const firstTokenMs = writePercentiles(to, place + shares.length, histograms[1]);
  to[place + 2 * shares.length] = durationMs - firstTokenMs;
}

/** The time that a bin stands for. */
const middles = Float64Array.from({ length: binCount }, (_, bin) => (binStartMs(bin) + binStartMs(bin + 1)) / 2);

/**
 * Returns all observations together, in milliseconds. Stays within the bins that have some: to read beyond the end of an array
 * would make each step five times as slow.
 */
function writePercentiles(to: Float64Array, at: number, bins: Float64Array): number {
  let low = 0;
  let high = binCount;
  while (low < high && bins[low] === 0) low++;
  while (high > low && bins[high - 1] === 0) high--;
  if (low === high) {
    to.fill(Number.NaN, at, at + shares.length);
    return 0;
  }
  let count = 0;
  let totalMs = 0;
  for (let bin = low; bin < high; bin++) {
    const inBin = bins[bin] ?? 0;
    count += inBin;
    totalMs += inBin * (middles[bin] ?? 0);
  }
  let bin = low;
  let seen = bins[low] ?? 0;
  for (let place = 0; place < shares.length; place++) {
    const rank = Math.max(1, Math.ceil(count * (shares[place] ?? 0)));
    while (seen < rank && bin < high - 1) {
      bin++;
      seen += bins[bin] ?? 0;
    }
    to[at + place] = middles[bin] ?? Number.NaN;
  }
  return totalMs;
}
