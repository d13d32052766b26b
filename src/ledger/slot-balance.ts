import { slot } from "./layout";
import { type SlotMode, slotModes } from "./ledger";
import type { LedgerFile } from "./ledger-file";

/** What a slot has charged and held, as one request sees it: read under the lock, before anything is staged. */
export type SlotBalance = {
  /** First word of the slot. */
  readonly word: number;
  /** The period (of a window: the sixteenth) that counts for the request. */
  readonly period: number;
  /** In this period, or in the window that ends with this sixteenth. */
  readonly charged: number;
  /** The same, by other requests. */
  readonly held: number;
  /** What the slot has to give now. */
  readonly allowance: number;
  /** What the request itself holds in this period or window already; -1 when it does not. */
  readonly own: number;
};

/** Whether a request may hold `amount`. Not to hold more than before is always possible, however low the limit is now. */
export function fits(file: LedgerFile, balance: SlotBalance, amount: number): boolean {
  return amount <= balance.own || fitsBeside(file, balance, amount);
}

/** Whether `amount` fits with what others have charged and held. */
export function fitsBeside(
  file: LedgerFile,
  { word, charged, held, allowance }: Pick<SlotBalance, "word" | "charged" | "held" | "allowance">,
  amount: number,
): boolean {
  const total = charged + held + amount;
  // Above this a sum of Float64 is not exact any more.
  if (total > Number.MAX_SAFE_INTEGER) return false;
  switch (slotMode(file, word)) {
    case "hard":
      return total <= allowance;
    case "soft":
      return charged < allowance;
    case "warn":
      return true;
  }
}

/** What the slot has left once the request holds `amount`; Infinity where nothing is ever refused. */
export function remainingAfter(
  file: LedgerFile,
  { word, charged, held, allowance }: SlotBalance,
  amount: number,
): number {
  switch (slotMode(file, word)) {
    case "hard":
      return Math.max(0, allowance - charged - held - amount);
    case "soft":
      return Math.max(0, allowance - charged);
    case "warn":
      return Number.POSITIVE_INFINITY;
  }
}

function slotMode(file: LedgerFile, word: number): SlotMode {
  return slotModes[file.read(word + slot.mode)] ?? "hard";
}
