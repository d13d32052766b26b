import { periodCell, periodSlot, slot } from "./layout";
import type { HoldEntry } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import type { SlotBalance } from "./slot-balance";
import type { Transaction } from "./transaction";

// `word` is always the first word of a slot. Staged values must not be read back: one call a slot and transaction.

/**
 * Periods never go back: who asks for an older one than the current is given the current. Who holds something already
 * (`own`) stays in the period in which it began, for as long as there is a cell of it.
 */
export function periodBalance(file: LedgerFile, word: number, asked: number, own: HoldEntry | undefined): SlotBalance {
  const ownCell = own === undefined ? undefined : cellOf(file, word, own.period);
  if (own !== undefined && ownCell !== undefined) {
    const charged = file.read(ownCell + periodCell.charged);
    const held = file.read(ownCell + periodCell.held) - own.amount;
    return { word, period: own.period, charged, held, own: own.amount };
  }
  const current = currentCell(file, word);
  const period = file.read(current + periodCell.period);
  if (asked > period) return { word, period: asked, charged: 0, held: 0, own: -1 };
  return {
    word,
    period,
    charged: file.read(current + periodCell.charged),
    held: file.read(current + periodCell.held),
    own: -1,
  };
}

/** Makes the request hold `amount`, in place of `own` if it has that. */
export function stagePeriodHold(
  transaction: Transaction,
  { word, period, held }: SlotBalance,
  amount: number,
  own: HoldEntry | undefined,
): void {
  const at = cellOf(transaction.file, word, period);
  if (at === undefined) stageNewPeriod(transaction, word, period, { charged: 0, held: amount });
  else transaction.stage(at + periodCell.held, held + amount);
  if (own === undefined) stageHolders(transaction, word, 1);
}

/** Takes back what a request held in its period and adds what it is charged. */
export function stagePeriodSettlement(transaction: Transaction, word: number, held: HoldEntry, charge: number): void {
  const { file } = transaction;
  const own = cellOf(file, word, held.period);
  if (own !== undefined) {
    transaction.stage(own + periodCell.held, file.read(own + periodCell.held) - held.amount);
    if (charge > 0) transaction.stage(own + periodCell.charged, capped(file.read(own + periodCell.charged) + charge));
  } else if (charge > 0) {
    stagePast(transaction, word, charge);
  }
  stageHolders(transaction, word, -1);
}

/** Charges a slot in which the request held nothing. */
export function stagePeriodCharge(transaction: Transaction, word: number, period: number, charge: number): void {
  const { file } = transaction;
  const own = cellOf(file, word, period);
  if (own !== undefined) {
    transaction.stage(own + periodCell.charged, capped(file.read(own + periodCell.charged) + charge));
  } else if (period > file.read(currentCell(file, word) + periodCell.period)) {
    stageNewPeriod(transaction, word, period, { charged: charge, held: 0 });
  } else {
    stagePast(transaction, word, charge);
  }
}

/** First word of the cell with the newer period. */
export function currentCell(file: LedgerFile, word: number): number {
  const [first, second] = periodSlot.cells;
  return file.read(word + second + periodCell.period) > file.read(word + first + periodCell.period)
    ? word + second
    : word + first;
}

export function otherCell(file: LedgerFile, word: number): number {
  const [first, second] = periodSlot.cells;
  return currentCell(file, word) === word + first ? word + second : word + first;
}

export function stageHolders(transaction: Transaction, word: number, change: number): void {
  transaction.stage(word + slot.holders, transaction.file.read(word + slot.holders) + change);
}

export function stagePast(transaction: Transaction, word: number, amount: number): void {
  transaction.stage(word + slot.past, capped(transaction.file.read(word + slot.past) + amount));
}

export function capped(amount: number): number {
  return Math.min(amount, Number.MAX_SAFE_INTEGER);
}

function cellOf(file: LedgerFile, word: number, period: number): number | undefined {
  const [first, second] = periodSlot.cells;
  if (file.read(word + first + periodCell.period) === period) return word + first;
  if (file.read(word + second + periodCell.period) === period) return word + second;
  return undefined;
}

/** Turns the older cell over to a new period; what it charged moves to the sum of all past periods. */
function stageNewPeriod(
  transaction: Transaction,
  word: number,
  period: number,
  start: { readonly charged: number; readonly held: number },
): void {
  const { file } = transaction;
  const oldest = otherCell(file, word);
  stagePast(transaction, word, file.read(oldest + periodCell.charged));
  transaction.stage(oldest + periodCell.period, period);
  transaction.stage(oldest + periodCell.charged, start.charged);
  transaction.stage(oldest + periodCell.held, start.held);
}
