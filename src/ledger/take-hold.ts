import { indexOfSlot } from "./charges";
import { readHoldEntries, stageEntries, writeEntryPeriod } from "./hold-row";
import { row, rowPhase } from "./layout";
import type { HoldEntry, Refusal } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { noRoom, rulesOf, slotWordOf } from "./slot";
import { fits, remainingAfter, type SlotBalance } from "./slot-balance";
import type { Transaction } from "./transaction";

/** All entries with the periods that count and what their slots have left, or why nothing was taken. */
export type Taking =
  | { readonly ok: true; readonly entries: readonly HoldEntry[]; readonly remaining: readonly number[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Takes all entries (one a slot) for a row that has been filled with them, or none. */
export function takeHold(transaction: Transaction, rowWord: number, entries: readonly HoldEntry[]): Taking {
  const { file } = transaction;
  if (!beginFor(transaction, entries)) return { ok: false, refusal: { reason: "busy" } };
  const balances = balancesOf(file, entries, nothingBefore);
  if ("refusal" in balances) {
    transaction.abandon();
    return { ok: false, refusal: balances.refusal };
  }
  const taken = stageAll(transaction, entries, balances, nothingBefore);
  for (let index = 0; index < entries.length; index++) {
    const period = taken.entries[index]?.period;
    if (period !== undefined && period !== entries[index]?.period) writeEntryPeriod(file, rowWord, index, period);
  }
  transaction.stage(rowWord + row.phase, rowPhase.firstTaken);
  transaction.commit();
  return taken;
}

const nothingBefore: readonly HoldEntry[] = [];

/** Replaces what a taken row holds by these entries (one a slot), or leaves it as it is. */
export function retakeHold(transaction: Transaction, rowWord: number, entries: readonly HoldEntry[]): Taking {
  const { file } = transaction;
  const before = readHoldEntries(file, rowWord);
  if (!beginFor(transaction, entries)) return { ok: false, refusal: { reason: "busy" } };
  const balances = balancesOf(file, entries, before);
  if ("refusal" in balances) {
    transaction.abandon();
    return { ok: false, refusal: balances.refusal };
  }
  const taken = stageAll(transaction, entries, balances, before);
  for (const old of before) {
    const word = indexOfSlot(entries, old) === -1 ? slotWordOf(file, old) : undefined;
    if (word !== undefined) rulesOf(old.slot).stageSettlement(transaction, word, old, 0);
  }
  stageEntries(transaction, rowWord, before, taken.entries);
  transaction.commit();
  return taken;
}

function beginFor(transaction: Transaction, entries: readonly HoldEntry[]): boolean {
  // A file that has grown is mapped again here, not inside the lock.
  for (const entry of entries) transaction.file.slotWord(entry.slot);
  return transaction.begin();
}

function balancesOf(
  file: LedgerFile,
  entries: readonly HoldEntry[],
  before: readonly HoldEntry[],
): readonly SlotBalance[] | { readonly refusal: Refusal } {
  const balances: SlotBalance[] = [];
  for (const entry of entries) {
    const word = slotWordOf(file, entry);
    if (word === undefined) return { refusal: { reason: "stale-slot" } };
    const own = before[indexOfSlot(before, entry)];
    const balance = rulesOf(entry.slot).balance(file, word, entry.period, own);
    if (!fits(file, balance, entry.amount)) return { refusal: noRoom(file, balance, entry, own) };
    balances.push(balance);
  }
  return balances;
}

function stageAll(
  transaction: Transaction,
  entries: readonly HoldEntry[],
  balances: readonly SlotBalance[],
  before: readonly HoldEntry[],
): Extract<Taking, { ok: true }> {
  const held: HoldEntry[] = [];
  const remaining: number[] = [];
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    const balance = balances[index];
    if (entry === undefined || balance === undefined) continue;
    rulesOf(entry.slot).stageHold(transaction, balance, entry.amount, before[indexOfSlot(before, entry)]);
    held.push(balance.period === entry.period ? entry : { ...entry, period: balance.period });
    remaining.push(remainingAfter(transaction.file, balance, entry.amount));
  }
  return { ok: true, entries: held, remaining };
}
