import { firstWindowSlot } from "#core/slot-ref";
import { slot } from "./layout";
import type { HoldEntry, NoRoom } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { periodSlotRules } from "./period-slot";
import type { SlotBalance } from "./slot-balance";
import type { SlotRules } from "./slot-rules";
import { windowSlotRules } from "./window-slot";

/** The rules of the slot's kind, which its number encodes. */
export function rulesOf(slotNumber: number): SlotRules {
  return slotNumber < firstWindowSlot ? periodSlotRules : windowSlotRules;
}

/** Says why `entry` did not fit. */
export function noRoom(file: LedgerFile, balance: SlotBalance, entry: HoldEntry, own: HoldEntry | undefined): NoRoom {
  const { charged, held, allowance } = balance;
  const fitsAt = rulesOf(entry.slot).fitsAt(file, balance, entry.amount, own);
  return { reason: "no-room", entry, charged, held, allowance, ...(fitsAt !== undefined && { fitsAt }) };
}

/** First word of the slot that is meant; undefined when the slot has another tag by now. */
export function slotWordOf(file: LedgerFile, ref: { readonly slot: number; readonly tag: number }): number | undefined {
  const word = file.slotWord(ref.slot);
  return word !== -1 && file.read(word + slot.tag) === ref.tag ? word : undefined;
}
