import { slot, windowSlot } from "./layout";
import { type HoldEntry, windowParts } from "./ledger";
import type { LedgerFile } from "./ledger-file";

import { fitsBeside, type SlotBalance } from "./slot-balance";
import { emptyCell, type SlotFields, type SlotRules } from "./slot-rules";
import { capped, stageHolders, stagePast } from "./slot-sums";
import type { Transaction } from "./transaction";

/** A rate limit: what was counted in each sixteenth of the window. */
export const windowSlotRules: SlotRules = {
  balance,
  stageHold,
  stageSettlement,
  stageCharge,
  fitsAt,
  cells: (file, word) => [
    { period: file.read(word + windowSlot.newest), charged: 0, held: file.read(word + windowSlot.held) },
    emptyCell,
  ],
  charges: (file, word) => [{ period: 0, charged: file.read(word + slot.past) }],
  restore: (file, word, { charged }) => file.write(word + slot.past, file.read(word + slot.past) + charged),
  allowance: (file, word) => file.read(word + slot.allowance),
  endFields: () => noFields,
  emptyFields: [[windowSlot.held, 0], ...forgottenWindow()],
};

const noFields: SlotFields = [];

/** Time never goes back: an older sixteenth than the newest becomes the newest. */
function balance(file: LedgerFile, word: number, asked: number, own: HoldEntry | undefined): SlotBalance {
  const period = Math.max(asked, file.read(word + windowSlot.newest));
  const used = windowSum(file, word, period, own);
  const heldByOthers = file.read(word + windowSlot.held) - (own?.amount ?? 0);
  // Requests that run longer than the window hold what has left it.
  const held = Math.min(heldByOthers, used);
  const isInside = own !== undefined && isInWindow(file, word, own.period, period);
  const allowance = file.read(word + slot.allowance);
  return { word, period, charged: used - held, held, allowance, own: isInside ? own.amount : -1 };
}

/** The first sixteenth in which `amount` fits if nothing else comes; undefined when it never does. */
function fitsAt(
  file: LedgerFile,
  { word, period, allowance }: SlotBalance,
  amount: number,
  own: HoldEntry | undefined,
): number | undefined {
  for (let later = period + 1; later <= period + windowSlot.ringLength; later++) {
    const used = windowSum(file, word, later, own);
    if (fitsBeside(file, { word, charged: used, held: 0, allowance }, amount)) return later;
  }
  return undefined;
}

/** Counts `amount` in the newest sixteenth, in place of `own` in whichever sixteenth that is counted. */
function stageHold(
  transaction: Transaction,
  { word, period }: SlotBalance,
  amount: number,
  own: HoldEntry | undefined,
): void {
  const { file } = transaction;
  const newest = file.read(word + windowSlot.newest);
  for (let passed = Math.max(newest + 1, period - windowParts); passed < period; passed++) {
    transaction.stage(partWord(word, passed), 0);
  }
  const isMoved = own !== undefined && own.period !== period && isInWindow(file, word, own.period, period);
  const before = own !== undefined && own.period === period && period <= newest ? own.amount : 0;
  const already = period > newest ? 0 : file.read(partWord(word, period));
  transaction.stage(partWord(word, period), Math.max(0, already - before) + amount);
  if (isMoved) transaction.stage(partWord(word, own.period), less(file, partWord(word, own.period), own.amount));
  if (period > newest) transaction.stage(word + windowSlot.newest, period);
  transaction.stage(word + windowSlot.held, less(file, word + windowSlot.held, own?.amount ?? 0) + amount);
  if (own === undefined) stageHolders(transaction, word, 1);
}

/** Turns what a request held into what it is charged, in the sixteenth in which it was admitted. */
function stageSettlement(transaction: Transaction, word: number, held: HoldEntry, charge: number): void {
  const { file } = transaction;
  if (isInWindow(file, word, held.period, file.read(word + windowSlot.newest))) {
    const part = partWord(word, held.period);
    transaction.stage(part, capped(less(file, part, held.amount) + charge));
  }
  transaction.stage(word + windowSlot.held, less(file, word + windowSlot.held, held.amount));
  if (charge > 0) stagePast(transaction, word, charge);
  stageHolders(transaction, word, -1);
}

function stageCharge(transaction: Transaction, word: number, period: number, charge: number): void {
  const { file } = transaction;
  const newest = file.read(word + windowSlot.newest);
  if (isInWindow(file, word, period, newest)) {
    transaction.stage(partWord(word, period), capped(file.read(partWord(word, period)) + charge));
  } else if (period > newest) {
    for (let passed = Math.max(newest + 1, period - windowParts); passed < period; passed++) {
      transaction.stage(partWord(word, passed), 0);
    }
    transaction.stage(partWord(word, period), charge);
    transaction.stage(word + windowSlot.newest, period);
  }
  stagePast(transaction, word, charge);
}

/** Charged and held in the window that ends with sixteenth `end` (none before the newest), without what `own` holds. */
export function windowSum(file: LedgerFile, word: number, end: number, own?: HoldEntry): number {
  const newest = file.read(word + windowSlot.newest);
  if (end - newest >= windowSlot.ringLength) return 0;
  let sum = file.sum(word + windowSlot.ring, windowSlot.ringLength);
  // Sixteenths that this window has left already; usually none.
  for (let part = Math.max(0, newest - windowParts); part < end - windowParts; part++) {
    sum -= file.read(partWord(word, part));
  }
  return own !== undefined && isInWindow(file, word, own.period, end) ? Math.max(0, sum - own.amount) : sum;
}

/** What one sixteenth of the ring counts; asked for no other than those of the window. */
export function partAmount(file: LedgerFile, word: number, part: number): number {
  return file.read(partWord(word, part));
}

/** Word offsets and values of a window in which nothing was counted; what is held stays known. */
function forgottenWindow(): SlotFields {
  const ring = Array.from({ length: windowSlot.ringLength }, (_, index) => [windowSlot.ring + index, 0] as const);
  return [[windowSlot.newest, -1], ...ring];
}

/** Empties a window: the machine's clock has started anew, and its sixteenths mean nothing any more. */
export function forgetWindow(file: LedgerFile, word: number): void {
  for (const [field, value] of forgottenWindow()) file.write(word + field, value);
}

/** Whether a sixteenth that was counted is part of the window that ends with `end`. */
function isInWindow(file: LedgerFile, word: number, part: number, end: number): boolean {
  return part >= end - windowParts && part <= file.read(word + windowSlot.newest);
}

function partWord(word: number, part: number): number {
  return word + windowSlot.ring + (part % windowSlot.ringLength);
}

function less(file: LedgerFile, word: number, amount: number): number {
  return Math.max(0, file.read(word) - amount);
}
