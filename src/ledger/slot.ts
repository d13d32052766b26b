import { bank, slot } from "./layout";
import type { LedgerFile } from "./ledger-file";
import type { Transaction } from "./transaction";

/** `word` is always the first word of a slot. Staged values must not be read back: one call a slot and transaction. */
export function slotAdmits(file: LedgerFile, word: number, period: number, amount: number): boolean {
  const current = currentBank(file, word);
  const used =
    period > file.read(current + bank.period) ? 0 : file.read(current + bank.charged) + file.read(current + bank.held);
  return used + amount <= Math.min(file.read(word + slot.allowance), Number.MAX_SAFE_INTEGER);
}

/** The period that a reservation for `period` belongs to: periods never go back. */
export function effectivePeriod(file: LedgerFile, word: number, period: number): number {
  return Math.max(period, file.read(currentBank(file, word) + bank.period));
}

export function stageHold(transaction: Transaction, word: number, period: number, amount: number): void {
  const { file } = transaction;
  const current = currentBank(file, word);
  if (period > file.read(current + bank.period)) {
    stageNewPeriod(transaction, word, period, { charged: 0, held: amount });
  } else {
    transaction.stage(current + bank.held, file.read(current + bank.held) + amount);
  }
  transaction.stage(word + slot.holders, file.read(word + slot.holders) + 1);
}

/** Takes back what a request held in its period and adds what it is charged. */
export function stageSettlement(
  transaction: Transaction,
  word: number,
  period: number,
  held: number,
  charge: number,
): void {
  const { file } = transaction;
  const own = bankOf(file, word, period);
  if (own === undefined) {
    stagePast(transaction, word, charge);
  } else {
    transaction.stage(own + bank.held, file.read(own + bank.held) - held);
    transaction.stage(own + bank.charged, capped(file.read(own + bank.charged) + charge));
  }
  transaction.stage(word + slot.holders, file.read(word + slot.holders) - 1);
}

/** Charges a slot in which the request held nothing. */
export function stageCharge(transaction: Transaction, word: number, period: number, charge: number): void {
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
  const [first, second] = slot.banks;
  return file.read(word + second + bank.period) > file.read(word + first + bank.period) ? word + second : word + first;
}

export function otherBank(file: LedgerFile, word: number): number {
  const [first, second] = slot.banks;
  return currentBank(file, word) === word + first ? word + second : word + first;
}

function bankOf(file: LedgerFile, word: number, period: number): number | undefined {
  const [first, second] = slot.banks;
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

function stagePast(transaction: Transaction, word: number, amount: number): void {
  transaction.stage(word + slot.past, capped(transaction.file.read(word + slot.past) + amount));
}

function capped(amount: number): number {
  return Math.min(amount, Number.MAX_SAFE_INTEGER);
}
