import { row, rowPhase } from "./layout";
import { type HoldEntry, type HoldPhase, holdPhases } from "./ledger";
import type { LedgerFile } from "./ledger-file";

/** Fills a free row. It counts from the transaction that sets its phase to `reserved`; before, recovery just frees it. */
export function writeHoldRow(file: LedgerFile, word: number, id: string, entries: readonly HoldEntry[]): number {
  const ticket = file.read(word + row.ticket) + 1;
  file.write(word + row.phase, rowPhase.reserving);
  file.write(word + row.ticket, ticket);
  file.write(word + row.output, 0);
  for (let part = 0; part < 4; part++) {
    file.writeInt((word + row.id) * 2 + part, Number.parseInt(id.slice(part * 8, part * 8 + 8), 16) | 0);
  }
  for (const [index, entry] of entries.entries()) writeEntry(file, word, index, entry);
  file.write(word + row.entryCount, entries.length);
  return ticket;
}

export function writeEntryPeriod(file: LedgerFile, word: number, index: number, period: number): void {
  file.write(entryWord(word, index) + 1, period);
}

export function readHoldId(file: LedgerFile, word: number): string {
  let id = "";
  for (let part = 0; part < 4; part++) {
    id += (file.readInt((word + row.id) * 2 + part) >>> 0).toString(16).padStart(8, "0");
  }
  return id;
}

export function readHoldEntries(file: LedgerFile, word: number): HoldEntry[] {
  const entries: HoldEntry[] = [];
  const count = file.read(word + row.entryCount);
  for (let index = 0; index < count; index++) {
    const at = entryWord(word, index);
    entries.push({
      slot: file.readInt(at * 2),
      tag: file.readInt(at * 2 + 1),
      period: file.read(at + 1),
      amount: file.read(at + 2),
    });
  }
  return entries;
}

/** Undefined for a row that no committed reservation has taken. */
export function readHoldPhase(file: LedgerFile, word: number): HoldPhase | undefined {
  return holdPhases[file.read(word + row.phase) - rowPhase.firstTaken];
}

export function phaseValue(phase: HoldPhase): number {
  return rowPhase.firstTaken + holdPhases.indexOf(phase);
}

function writeEntry(file: LedgerFile, word: number, index: number, entry: HoldEntry): void {
  const at = entryWord(word, index);
  file.writeInt(at * 2, entry.slot);
  file.writeInt(at * 2 + 1, entry.tag);
  file.write(at + 1, entry.period);
  file.write(at + 2, entry.amount);
}

function entryWord(word: number, index: number): number {
  return word + row.entries + index * row.entryWords;
}
