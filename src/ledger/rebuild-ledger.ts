import { bank, fileState, headerInt, slot as slotLayout } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { currentBank, otherBank } from "./slot";

/** What a slot has charged in one period. A slot may have several rows; the newest two periods keep their banks. */
export type CheckpointRow = {
  readonly slot: number;
  readonly tag: number;
  readonly period: number;
  readonly charged: number;
};

/** Tag and newest two periods of every slot in use. Each slot is read under the lock by `readUnderLock`. */
export function readCheckpoint(file: LedgerFile, readUnderLock: <T>(read: () => T) => T): readonly CheckpointRow[] {
  const rows: CheckpointRow[] = [];
  for (let slot = 0; slot < file.slotCount; slot++) {
    const word = file.slotWord(slot);
    if (file.read(word + slotLayout.tag) !== 0) rows.push(...readUnderLock(() => readBanks(file, slot, word)));
  }
  return rows;
}

/**
 * Fills an empty ledger from charges that are known elsewhere. Nothing is admitted to a slot until `initSlot` gives it
 * its allowance. The caller has seen that the file's state is `rebuild`; a kill half-way leaves it so.
 */
export function writeCheckpoint(file: LedgerFile, rows: readonly CheckpointRow[]): void {
  for (let slot = 0; slot < file.slotCount; slot++) resetSlot(file, file.slotWord(slot), 0);
  for (const charges of [...rows].sort((a, b) => a.tag - b.tag || a.period - b.period)) {
    const word = file.slotWord(charges.slot);
    if (file.read(word + slotLayout.tag) !== charges.tag) resetSlot(file, word, charges.tag);
    const oldest = otherBank(file, word);
    const past = file.read(word + slotLayout.past) + file.read(oldest + bank.charged);
    file.write(word + slotLayout.past, past);
    file.write(oldest + bank.period, charges.period);
    file.write(oldest + bank.charged, charges.charged);
  }
  file.writeInt(headerInt.state, fileState.ready);
}

function resetSlot(file: LedgerFile, word: number, tag: number): void {
  for (const [field, value] of emptySlot(tag, 0)) file.write(word + field, value);
}

/** Word offsets and values of a slot that has held and charged nothing. */
export function emptySlot(tag: number, limit: number): readonly (readonly [field: number, value: number])[] {
  const banks = slotLayout.banks.flatMap((start) => [
    [start + bank.period, -1] as const,
    [start + bank.charged, 0] as const,
    [start + bank.held, 0] as const,
  ]);
  return [
    [slotLayout.tag, tag],
    [slotLayout.limit, limit],
    [slotLayout.allowance, limit],
    [slotLayout.holders, 0],
    [slotLayout.past, 0],
    ...banks,
  ];
}

function readBanks(file: LedgerFile, slot: number, word: number): readonly CheckpointRow[] {
  const tag = file.read(word + slotLayout.tag);
  return [otherBank(file, word), currentBank(file, word)]
    .filter((at) => file.read(at + bank.period) >= 0)
    .map((at) => ({ slot, tag, period: file.read(at + bank.period), charged: file.read(at + bank.charged) }));
}
