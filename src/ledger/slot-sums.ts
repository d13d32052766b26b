import { slot } from "./layout";
import type { Transaction } from "./transaction";

/** How many running requests hold something in a slot. */
export function stageHolders(transaction: Transaction, word: number, change: number): void {
  transaction.stage(word + slot.holders, transaction.file.read(word + slot.holders) + change);
}

/** What was charged in periods that are not kept apart any more. */
export function stagePast(transaction: Transaction, word: number, amount: number): void {
  transaction.stage(word + slot.past, capped(transaction.file.read(word + slot.past) + amount));
}

/** Above this a sum of Float64 is not exact any more. */
export function capped(amount: number): number {
  return Math.min(amount, Number.MAX_SAFE_INTEGER);
}
