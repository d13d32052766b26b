/** A row of the ledger. The tag tells a reused slot from the one that was meant. */
export type SlotRef = { readonly index: number; readonly tag: number };
