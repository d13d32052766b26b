import { firstWindowSlot } from "#core/slot-ref";
import { emptySlot } from "./empty-slot";
import { fileState, headerInt, slot as slotLayout } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { rulesOf } from "./slot";

/** What a slot has charged in one period. A slot may have several rows; the newest two periods keep their cells. */
export type CheckpointRow = {
  readonly slot: number;
  readonly tag: number;
  readonly period: number;
  readonly charged: number;
};

/** Tag and newest two periods of every slot in use; of windows all that was ever charged. Slots are read under the lock. */
export function readCheckpoint(file: LedgerFile, readUnderLock: <T>(read: () => T) => T): readonly CheckpointRow[] {
  const rows: CheckpointRow[] = [];
  for (const slot of slotNumbers(file)) {
    const word = file.slotWord(slot);
    if (file.read(word + slotLayout.tag) !== 0) rows.push(...readUnderLock(() => readCharged(file, slot, word)));
  }
  return rows;
}

/**
 * Fills an empty ledger from charges that are known elsewhere. Nothing is admitted to a slot until `initSlot` gives it
 * its allowance. Windows begin empty: the clock that their sixteenths are numbered on is not that of the records. The
 * caller has seen that the file's state is `rebuild`; a kill half-way leaves it so.
 */
export function writeCheckpoint(file: LedgerFile, rows: readonly CheckpointRow[]): void {
  for (const slot of slotNumbers(file)) resetSlot(file, slot, 0);
  for (const charges of [...rows].sort((a, b) => a.tag - b.tag || a.period - b.period)) {
    const word = file.slotWord(charges.slot);
    if (file.read(word + slotLayout.tag) !== charges.tag) resetSlot(file, charges.slot, charges.tag);
    rulesOf(charges.slot).restore(file, word, charges);
  }
  file.writeInt(headerInt.state, fileState.ready);
}

function resetSlot(file: LedgerFile, slot: number, tag: number): void {
  const word = file.slotWord(slot);
  const fields = emptySlot(rulesOf(slot), tag, { allowance: 0, unit: "count", mode: "hard" });
  for (const [field, value] of fields) file.write(word + field, value);
}

function* slotNumbers(file: LedgerFile): Generator<number> {
  for (let slot = 0; slot < file.slotCount; slot++) yield slot;
  for (let index = 0; index < file.windowCount; index++) yield firstWindowSlot + index;
}

function readCharged(file: LedgerFile, slot: number, word: number): readonly CheckpointRow[] {
  const tag = file.read(word + slotLayout.tag);
  return rulesOf(slot)
    .charges(file, word)
    .map((charge) => ({ slot, tag, ...charge }));
}
