import { bank, bankSlot, slot } from "./layout";
import type { HoldEntry } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import type { Standing } from "./slot-balance";
import type { Transaction } from "./transaction";

// `word` is always the first word of a slot. Staged values must not be read back: one call a slot and transaction.

/**
 * Periods never go back: who asks for an older one than the current is given the current. Who holds something already
 * (`own`) stays in the period in which it began, for as long as there is a bank of it.
 */
export function bankStanding(file: LedgerFile, word: number, asked: number, own: HoldEntry | undefined): Standing {
  const ownBank = own === undefined ? undefined : bankOf(file, word, own.period);
  if (own !== undefined && ownBank !== undefined) {
    const charged = file.read(ownBank + bank.charged);
    const held = file.read(ownBank + bank.held) - own.amount;
    return { word, period: own.period, charged, held, own: own.amount };
  }
  const current = currentBank(file, word);
  const period = file.read(current + bank.period);
  if (asked > period) return { word, period: asked, charged: 0, held: 0, own: -1 };
  return { word, period, charged: file.read(current + bank.charged), held: file.read(current + bank.held), own: -1 };
}

/** Makes the request hold `amount`, in place of `own` if it has that. */
export function stageBankHold(
  transaction: Transaction,
  { word, period, held }: Standing,
  amount: number,
  own: HoldEntry | undefined,
): void {
  const at = bankOf(transaction.file, word, period);
  if (at === undefined) stageNewPeriod(transaction, word, period, { charged: 0, held: amount });
  else transaction.stage(at + bank.held, held + amount);
  if (own === undefined) stageHolders(transaction, word, 1);
}

/** Takes back what a request held in its period and adds what it is charged. */
export function stageBankSettlement(transaction: Transaction, word: number, held: HoldEntry, charge: number): void {
  const { file } = transaction;
  const own = bankOf(file, word, held.period);
  if (own !== undefined) {
    transaction.stage(own + bank.held, file.read(own + bank.held) - held.amount);
    if (charge > 0) transaction.stage(own + bank.charged, capped(file.read(own + bank.charged) + charge));
  } else if (charge > 0) {
    stagePast(transaction, word, charge);
  }
  stageHolders(transaction, word, -1);
}

/** Charges a slot in which the request held nothing. */
export function stageBankCharge(transaction: Transaction, word: number, period: number, charge: number): void {
  const { file } = transaction;
  const own = bankOf(file, word, period);
  if (own !== undefined) {
    transaction.stage(own + bank.charged, capped(file.read(own + bank.charged) + charge));
  } else if (period > file.read(currentBank(file, word) + bank.period)) {
    stageNewPeriod(transaction, word, period, { charged: charge, held: 0 });
  } else {
    stagePast(transaction, word, charge);
  }
}

/** First word of the bank with the newer period. */
export function currentBank(file: LedgerFile, word: number): number {
  const [first, second] = bankSlot.banks;
  return file.read(word + second + bank.period) > file.read(word + first + bank.period) ? word + second : word + first;
}

export function otherBank(file: LedgerFile, word: number): number {
  const [first, second] = bankSlot.banks;
  return currentBank(file, word) === word + first ? word + second : word + first;
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

function bankOf(file: LedgerFile, word: number, period: number): number | undefined {
  const [first, second] = bankSlot.banks;
  if (file.read(word + first + bank.period) === period) return word + first;
  if (file.read(word + second + bank.period) === period) return word + second;
  return undefined;
}

/** Turns the older bank over to a new period; what it charged moves to the sum of all past periods. */
function stageNewPeriod(
  transaction: Transaction,
  word: number,
  period: number,
  start: { readonly charged: number; readonly held: number },
): void {
  const { file } = transaction;
  const oldest = otherBank(file, word);
  stagePast(transaction, word, file.read(oldest + bank.charged));
  transaction.stage(oldest + bank.period, period);
  transaction.stage(oldest + bank.charged, start.charged);
  transaction.stage(oldest + bank.held, start.held);
}
