import { indexOfSlot } from "./charges";
import { readHoldEntries, stageEntries, writeEntryPeriod } from "./hold-row";
import { row, rowPhase } from "./layout";
import type { HoldEntry, Refusal } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { noRoom, slotWordOf, stageHold, stageSettlement, standingOf } from "./slot";
import { fits, remainingAfter, type Standing } from "./slot-balance";
import type { Transaction } from "./transaction";

/** All entries with the periods that count and what their slots have left, or who refused. */
export type Taking =
  | { readonly ok: true; readonly entries: readonly HoldEntry[]; readonly remaining: readonly number[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Takes all entries (one a slot) for a row that has been filled with them, or none. */
export function takeHold(transaction: Transaction, rowWord: number, entries: readonly HoldEntry[]): Taking {
  const { file } = transaction;
  if (!beginFor(transaction, entries)) return { ok: false, refusal: { reason: "busy" } };
  const standings = standingsOf(file, entries, []);
  if ("refusal" in standings) {
    transaction.abandon();
    return { ok: false, refusal: standings.refusal };
  }
  const taken = stageAll(transaction, entries, standings, []);
  for (let index = 0; index < entries.length; index++) {
    const period = taken.entries[index]?.period;
    if (period !== undefined && period !== entries[index]?.period) writeEntryPeriod(file, rowWord, index, period);
  }
  transaction.stage(rowWord + row.phase, rowPhase.firstTaken);
  transaction.commit();
  return taken;
}

/** Replaces what a taken row holds by these entries (one a slot), or leaves it as it is. */
export function retakeHold(transaction: Transaction, rowWord: number, entries: readonly HoldEntry[]): Taking {
  const { file } = transaction;
  const before = readHoldEntries(file, rowWord);
  if (!beginFor(transaction, entries)) return { ok: false, refusal: { reason: "busy" } };
  const standings = standingsOf(file, entries, before);
  if ("refusal" in standings) {
    transaction.abandon();
    return { ok: false, refusal: standings.refusal };
  }
  const taken = stageAll(transaction, entries, standings, before);
  for (const old of before) {
    const word = indexOfSlot(entries, old) === -1 ? slotWordOf(file, old) : undefined;
    if (word !== undefined) stageSettlement(transaction, word, old, 0);
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

function standingsOf(
  file: LedgerFile,
  entries: readonly HoldEntry[],
  before: readonly HoldEntry[],
): readonly Standing[] | { readonly refusal: Refusal } {
  const standings: Standing[] = [];
  for (const entry of entries) {
    const word = slotWordOf(file, entry);
    if (word === undefined) return { refusal: { reason: "stale-slot" } };
    const own = before[indexOfSlot(before, entry)];
    const standing = standingOf(file, word, entry, own);
    if (!fits(file, standing, entry.amount)) return { refusal: noRoom(file, standing, entry, own) };
    standings.push(standing);
  }
  return standings;
}

function stageAll(
  transaction: Transaction,
  entries: readonly HoldEntry[],
  standings: readonly Standing[],
  before: readonly HoldEntry[],
): Extract<Taking, { ok: true }> {
  const held: HoldEntry[] = [];
  const remaining: number[] = [];
  for (let index = 0; index < entries.length; index++) {
    const [entry, standing] = [entries[index], standings[index]];
    if (entry === undefined || standing === undefined) continue;
    stageHold(transaction, standing, entry, before[indexOfSlot(before, entry)]);
    held.push(standing.period === entry.period ? entry : { ...entry, period: standing.period });
    remaining.push(remainingAfter(transaction.file, standing, entry.amount));
  }
  return { ok: true, entries: held, remaining };
}
