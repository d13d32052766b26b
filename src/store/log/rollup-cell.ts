import type { RequestRecord } from "#core/record";
import { usageClasses } from "#core/usage";
import { refusalsOf } from "./log-fields";

/**
 * What is summed up over the records of one request class in one stretch of time, in the order in which it is stored. Money is kept
 * as whole dollars and nano-dollars below one dollar, so that a sum is exact however large it is.
 */
export const cellSums = [
  "requests",
  "errors",
  "estimated",
  "unpriced",
  ...usageClasses,
  "searches",
  "costDollars",
  "costNanos",
  "raisedDollars",
  "raisedNanos",
  "loweredDollars",
  "loweredNanos",
  "refused",
] as const;
export type CellSum = (typeof cellSums)[number];

const places: ReadonlyMap<CellSum, number> = new Map(cellSums.map((name, index) => [name, index]));

export const nanosPerDollar = 1_000_000_000;

/** `sums` are in the order of `cellSums`; the histograms count observations by bin. */
export type Cell = { readonly sums: number[]; readonly histograms: readonly [duration: Bins, firstToken: Bins] };
export type Bins = Map<number, number>;

export function emptyCell(): Cell {
  return { sums: cellSums.map(() => 0), histograms: [new Map(), new Map()] };
}

export function addRecord(cell: Cell, record: RequestRecord): void {
  const { usage, cost, outcome } = record;
  if (outcome === "refused") {
    add(cell, "refused", refusalsOf(record));
    return;
  }
  add(cell, "requests", 1);
  if (outcome === "error" || outcome === "cut" || outcome === "interrupted") add(cell, "errors", 1);
  if (usage !== undefined) {
    if (usage.estimated) add(cell, "estimated", 1);
    if (cost === undefined) add(cell, "unpriced", 1);
    // A record of an older version lacks the newer classes.
    for (const name of usageClasses) add(cell, name, usage[name] ?? 0);
    add(cell, "searches", usage.searches ?? 0);
  }
  addMoney(cell.sums, "cost", cost ?? 0);
  count(cell.histograms[0], binOf(record.durationMs));
  if (record.firstTokenMs !== undefined) count(cell.histograms[1], binOf(record.firstTokenMs));
}

/** Notes that the cost of a request of this cell was corrected by so many nano-dollars. */
export function addCorrection(cell: Cell, difference: number): void {
  addMoney(cell.sums, difference < 0 ? "lowered" : "raised", Math.abs(difference));
}

export function sumOf(sums: Float64Array, name: CellSum): number {
  return sums[indexOf(name)] ?? 0;
}

/** Nano-dollars, exact. */
export function moneyOf(sums: Float64Array, name: Money): bigint {
  const { dollars, nanos } = moneyAt[name];
  return BigInt(sums[dollars] ?? 0) * BigInt(nanosPerDollar) + BigInt(sums[nanos] ?? 0);
}

function indexOf(name: CellSum): number {
  return places.get(name) ?? 0;
}

export const moneyAt = {
  cost: { dollars: indexOf("costDollars"), nanos: indexOf("costNanos") },
  raised: { dollars: indexOf("raisedDollars"), nanos: indexOf("raisedNanos") },
  lowered: { dollars: indexOf("loweredDollars"), nanos: indexOf("loweredNanos") },
} as const;
type Money = keyof typeof moneyAt;

/** Eight bins double the time: a bin is 9 % wide. Bin 0 is below one millisecond, the last one an hour and longer. */
export const binCount = 178;
const binsPerDoubling = 8;

export function binOf(ms: number): number {
  if (!(ms >= 1)) return 0;
  return Math.min(binCount - 1, 1 + Math.floor(Math.log2(ms) * binsPerDoubling));
}

/** Milliseconds at which a bin begins; the one before ends there. */
export function binStartMs(bin: number): number {
  return bin === 0 ? 0 : 2 ** ((bin - 1) / binsPerDoubling);
}

function add(cell: Cell, name: CellSum, amount: number): void {
  const index = indexOf(name);
  cell.sums[index] = (cell.sums[index] ?? 0) + amount;
}

export function addMoney(sums: number[] | Float64Array, name: Money, nanoDollars: number): void {
  const { dollars, nanos } = moneyAt[name];
  sums[nanos] = (sums[nanos] ?? 0) + (nanoDollars % nanosPerDollar);
  sums[dollars] = (sums[dollars] ?? 0) + Math.floor(nanoDollars / nanosPerDollar);
}

/** Makes whole dollars of the nano-dollars of sums. */
export function carryMoney(sums: Float64Array): void {
  for (const { dollars, nanos } of [moneyAt.cost, moneyAt.raised, moneyAt.lowered]) {
    const all = sums[nanos] ?? 0;
    if (all < nanosPerDollar) continue;
    sums[dollars] = (sums[dollars] ?? 0) + Math.floor(all / nanosPerDollar);
    sums[nanos] = all % nanosPerDollar;
  }
}

export function count(bins: Bins, bin: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + 1);
}
