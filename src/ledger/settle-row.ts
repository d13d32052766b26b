import type { Charge } from "#core/record";
import { chargeFor, indexOfSlot, mergeCharges } from "./charges";
import { readHoldEntries, readHoldPhase } from "./hold-row";
import { row, rowPhase } from "./layout";
import { rulesOf, slotWordOf } from "./slot";
import type { Transaction } from "./transaction";

/**
 * Ends the hold in a row: gives back what it held, adds the charges, frees the row; all of it or nothing. `ended` when
 * this use of the row is over already, `busy` when the lock cannot be had.
 */
export function settleRow(
  transaction: Transaction,
  rowWord: number,
  ticket: number,
  charges: readonly Charge[],
): "settled" | "ended" | "busy" {
  const { file } = transaction;
  const merged = mergeCharges(charges);
  if (file.read(rowWord + row.ticket) !== ticket || readHoldPhase(file, rowWord) === undefined) return "ended";
  const held = readHoldEntries(file, rowWord);
  if (!transaction.begin()) return "busy";
  for (const entry of held) {
    const word = slotWordOf(file, entry);
    if (word !== undefined) rulesOf(entry.slot).stageSettlement(transaction, word, entry, chargeFor(merged, entry));
  }
  for (const charge of merged) {
    const word = indexOfSlot(held, charge) === -1 ? slotWordOf(file, charge) : undefined;
    if (word !== undefined) rulesOf(charge.slot).stageCharge(transaction, word, charge.period, charge.amount);
  }
  transaction.stage(rowWord + row.phase, rowPhase.free);
  transaction.commit();
  return "settled";
}
