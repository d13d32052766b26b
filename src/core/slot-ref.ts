/** A row of the ledger. The tag tells a reused slot from the one that was meant. */
export type SlotRef = { readonly index: number; readonly tag: number };

/** `period` slots have two period cells: budgets, concurrency limits and counters. `window` slots are rate limits. */
export type SlotKind = "period" | "window";

/** Slots are numbered by kind: those of windows from here on. */
export const firstWindowSlot = 0x0100_0000;

export function slotKindOf(slot: number): SlotKind {
  return slot < firstWindowSlot ? "period" : "window";
}
