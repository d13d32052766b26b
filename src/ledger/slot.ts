import { slot } from "./layout";
import { firstWindowSlot, type HoldEntry, type NoRoom } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { periodBalance, stagePeriodCharge, stagePeriodHold, stagePeriodSettlement } from "./period-slot";
import type { SlotBalance } from "./slot-balance";
import type { Transaction } from "./transaction";
import { fitsAt, stageWindowCharge, stageWindowHold, stageWindowSettlement, windowBalance } from "./window-slot";

// Slots are of two kinds; their number tells which. Each has its rules in a file of its own.

/** How the slot of `entry` stands for a request that holds `own` there already. */
export function balanceOf(file: LedgerFile, word: number, entry: HoldEntry, own: HoldEntry | undefined): SlotBalance {
  return isWindow(entry.slot)
    ? windowBalance(file, word, entry.period, own)
    : periodBalance(file, word, entry.period, own);
}

export function stageHold(
  transaction: Transaction,
  balance: SlotBalance,
  entry: HoldEntry,
  own: HoldEntry | undefined,
): void {
  if (isWindow(entry.slot)) stageWindowHold(transaction, balance, entry.amount, own);
  else stagePeriodHold(transaction, balance, entry.amount, own);
}

/** Takes back what a request held and adds what it is charged. */
export function stageSettlement(transaction: Transaction, word: number, held: HoldEntry, charge: number): void {
  if (isWindow(held.slot)) stageWindowSettlement(transaction, word, held, charge);
  else stagePeriodSettlement(transaction, word, held, charge);
}

/** Charges a slot in which the request held nothing. */
export function stageCharge(transaction: Transaction, word: number, charge: HoldEntry): void {
  if (isWindow(charge.slot)) stageWindowCharge(transaction, word, charge.period, charge.amount);
  else stagePeriodCharge(transaction, word, charge.period, charge.amount);
}

/** Says why `entry` did not fit. */
export function noRoom(file: LedgerFile, balance: SlotBalance, entry: HoldEntry, own: HoldEntry | undefined): NoRoom {
  const { word, charged, held } = balance;
  const allowance = file.read(word + slot.allowance);
  const fitting = isWindow(entry.slot) ? fitsAt(file, balance, entry.amount, own) : undefined;
  const facts = { reason: "no-room", entry, charged, held, allowance } as const;
  return fitting === undefined ? facts : { ...facts, fitsAt: fitting };
}

/** First word of the slot that is meant; undefined when the slot has another tag by now. */
export function slotWordOf(file: LedgerFile, ref: { readonly slot: number; readonly tag: number }): number | undefined {
  const word = file.slotWord(ref.slot);
  return word !== -1 && file.read(word + slot.tag) === ref.tag ? word : undefined;
}

export function isWindow(slotNumber: number): boolean {
  return slotNumber >= firstWindowSlot;
}
