import type { SlotMode, SlotUnit } from "./ledger";

/** What a slot counts, and how far. */
export type SlotSpec = {
  /** Infinity when it only counts. */
  readonly allowance: number;
  readonly unit: SlotUnit;
  readonly mode: SlotMode;
  /** When `allowance` ends by itself, milliseconds since the epoch, and what is given from then on. Of budgets alone. */
  readonly end?: SlotEnd;
};

export type SlotEnd = { readonly atMs: number; readonly allowance: number };
