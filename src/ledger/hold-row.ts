import { row, rowPhase } from "./layout";
import { type Exposure, type HoldEntry, type HoldPhase, holdPhases } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import type { Transaction } from "./transaction";

/** What a request is known by. */
export type HoldName = { readonly id: string; readonly label: Uint8Array };

const nothingSent: Exposure = {
  inputTokens: 0,
  inputRate: 0,
  outputRate: 0,
  spentTokens: 0,
  spent: 0,
  target: -1,
};

/** Fills a free row. It counts from the transaction that sets its phase to `reserved`; before, recovery just frees it. */
export function writeHoldRow(
  file: LedgerFile,
  word: number,
  { id, label }: HoldName,
  entries: readonly HoldEntry[],
): number {
  const ticket = file.read(word + row.ticket) + 1;
  file.write(word + row.phase, rowPhase.reserving);
  file.write(word + row.ticket, ticket);
  file.write(word + row.output, 0);
  file.writePair(word + row.id, readHex(id, 0), readHex(id, 8));
  file.writePair(word + row.id + 1, readHex(id, 16), readHex(id, 24));
  file.write(word + row.labelBytes, label.length);
  if (label.length > 0) file.writeBytes(word + row.label, label);
  writeExposure(file, word, nothingSent);
  for (let index = 0; index < entries.length; index++) writeEntry(file, entryWord(word, index), entries[index]);
  file.write(word + row.entryCount, entries.length);
  return ticket;
}

/** Eight hex digits as an int. By hand: `parseInt` of a part of the id takes five times as long. */
function readHex(id: string, start: number): number {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const code = id.charCodeAt(at);
    value = (value << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return value;
}

export function writeEntryPeriod(file: LedgerFile, word: number, index: number, period: number): void {
  file.write(entryWord(word, index) + 1, period);
}

export function writeExposure(file: LedgerFile, word: number, exposure: Exposure): void {
  const at = word + row.exposure;
  file.write(at, exposure.inputTokens);
  file.write(at + 1, exposure.inputRate);
  file.write(at + 2, exposure.outputRate);
  file.write(at + 3, exposure.spentTokens);
  file.write(at + 4, exposure.spent);
  file.write(at + 5, exposure.target);
  const { counting, fee = 0 } = exposure;
  file.writePair(at + 6, counting?.running ?? 0, counting?.earlier ?? 0);
  file.write(at + 7, fee);
  file.write(word + row.clientPays, exposure.clientPays === true ? 1 : 0);
}

/** Replaces the entries of a taken row as part of a transaction; what is the same already is left alone. */
export function stageEntries(
  transaction: Transaction,
  word: number,
  before: readonly HoldEntry[],
  entries: readonly HoldEntry[],
): void {
  for (let index = 0; index < entries.length; index++) {
    const at = entryWord(word, index);
    const [old, entry] = [before[index], entries[index]];
    if (entry === undefined) continue;
    if (old?.slot !== entry.slot || old.tag !== entry.tag) transaction.stagePair(at, entry.tag, entry.slot);
    if (old?.period !== entry.period) transaction.stage(at + 1, entry.period);
    if (old?.amount !== entry.amount) transaction.stage(at + 2, entry.amount);
  }
  if (entries.length !== before.length) transaction.stage(word + row.entryCount, entries.length);
}

export function readHoldId(file: LedgerFile, word: number): string {
  let id = "";
  for (let part = 0; part < 4; part++) {
    id += (file.readInt((word + row.id) * 2 + part) >>> 0).toString(16).padStart(8, "0");
  }
  return id;
}

export function readHoldLabel(file: LedgerFile, word: number): string {
  const length = Math.min(file.read(word + row.labelBytes), row.maxLabelBytes);
  return new TextDecoder().decode(file.readBytes(word + row.label, length));
}

export function readExposure(file: LedgerFile, word: number): Exposure {
  const at = word + row.exposure;
  const [running, earlier] = [file.readPairFirst(at + 6), file.readPairSecond(at + 6)];
  const fee = file.read(at + 7);
  return {
    inputTokens: file.read(at),
    inputRate: file.read(at + 1),
    outputRate: file.read(at + 2),
    spentTokens: file.read(at + 3),
    spent: file.read(at + 4),
    target: file.read(at + 5),
    ...(fee !== 0 && { fee }),
    ...(file.read(word + row.clientPays) === 1 && { clientPays: true }),
    ...((running | earlier) !== 0 && { counting: { running, earlier } }),
  };
}

export function readHoldEntries(file: LedgerFile, word: number): HoldEntry[] {
  const entries: HoldEntry[] = [];
  const count = file.read(word + row.entryCount);
  for (let index = 0; index < count; index++) {
    const at = entryWord(word, index);
    entries.push({
      slot: file.readPairSecond(at),
      tag: file.readPairFirst(at),
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

function writeEntry(file: LedgerFile, at: number, entry: HoldEntry | undefined): void {
  if (entry === undefined) return;
  file.writePair(at, entry.tag, entry.slot);
  file.write(at + 1, entry.period);
  file.write(at + 2, entry.amount);
}

function entryWord(word: number, index: number): number {
  return word + row.entries + index * row.entryWords;
}
