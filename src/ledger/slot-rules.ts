import type { HoldEntry } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import type { SlotBalance } from "./slot-balance";
import type { SlotSpec } from "./slot-spec";
import type { Transaction } from "./transaction";

/** Word offsets from the first word of a slot, with their values. */
export type SlotFields = readonly (readonly [field: number, value: number])[];

export type PeriodCharge = { readonly period: number; readonly charged: number };

/** What a slot has in a period; in a window slot the period is the newest sixteenth. */
export type CellState = PeriodCharge & { readonly held: number };

/**
 * What the two kinds of slots do differently. `word` is always the first word of a slot. Staged values must not be read
 * back: one call a slot and transaction.
 */
export type SlotRules = {
  /** What a request finds that asks for `asked` and holds `own` there already. */
  readonly balance: (file: LedgerFile, word: number, asked: number, own: HoldEntry | undefined) => SlotBalance;
  /** Makes the request hold `amount`, in place of `own` if it has that. */
  readonly stageHold: (
    transaction: Transaction,
    balance: SlotBalance,
    amount: number,
    own: HoldEntry | undefined,
  ) => void;
  /** Takes back what a request held and adds what it is charged. */
  readonly stageSettlement: (transaction: Transaction, word: number, held: HoldEntry, charge: number) => void;
  /** Charges a slot in which the request held nothing. */
  readonly stageCharge: (transaction: Transaction, word: number, period: number, charge: number) => void;
  /** The first period in which `amount` fits if nothing else comes; undefined when time alone makes no room. */
  readonly fitsAt: (
    file: LedgerFile,
    balance: SlotBalance,
    amount: number,
    own: HoldEntry | undefined,
  ) => number | undefined;
  /** What the slot gives now. */
  readonly allowance: (file: LedgerFile, word: number) => number;
  /** Where it is said how long it gives that. */
  readonly endFields: (spec: SlotSpec) => SlotFields;
  /** The current period and the one before. */
  readonly cells: (file: LedgerFile, word: number) => readonly [current: CellState, previous: CellState];
  /** What is to be remembered outside the ledger, oldest first. */
  readonly charges: (file: LedgerFile, word: number) => readonly PeriodCharge[];
  /** Puts it back, oldest first, into a slot that is not used yet. */
  readonly restore: (file: LedgerFile, word: number, charge: PeriodCharge) => void;
  /** Of a slot that has held and charged nothing. */
  readonly emptyFields: SlotFields;
};

export const emptyCell: CellState = { period: -1, charged: 0, held: 0 };
