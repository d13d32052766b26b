import type { HealthTable } from "#core/health";
import type { SlotRef } from "#core/slot-ref";
import { syncFile } from "./create-ledger-file";
import { appendExtent } from "./grow-file";
import { openHealthTable } from "./health-table";
import { ensureSlot, initSlot, isSlotSet, lockTaken, setLimit } from "./init-slot";
import { extentKind, fileState, firstExtentWord, headerInt, headerWord } from "./layout";
import { LedgerFile } from "./ledger-file";
import { acquireLock, releaseLock } from "./lock";
import { type LedgerOwner, ownerWord, recoveringFlag, workerOf } from "./owner";
import { type PeriodPeek, peekPeriods } from "./period-slot";
import { type MetricColumns, readColumns } from "./read-columns";
import { type HoldTotals, readHolds, readSlot, readWindow, type SlotState, type WindowState } from "./read-slot";
import { type CheckpointRow, readCheckpoint, writeCheckpoint } from "./rebuild-ledger";
import { type RefusalCounts, readRefusals } from "./slot-refusals";
import type { SlotSpec } from "./slot-spec";
import { areaOwner, areaWords } from "./worker-area";

/** A taken area; `recovering` once `retireWorker` was called. */
export type Occupant = { readonly worker: number; readonly generation: number; readonly recovering: boolean };

/** What control plane and supervisor do with the ledger. Calls that need the lock throw when its owner does not run. */
export type LedgerAdmin = {
  /** For `recover.ts`. */
  readonly file: LedgerFile;
  /** True after a power cut, a change of layout or a fresh start: `rebuildLedger` comes first. */
  readonly rebuildNeeded: () => boolean;
  readonly rebuildLedger: (checkpoint: readonly CheckpointRow[]) => void;
  /**
   * Makes a slot usable, growing the file if needed. A slot that has this tag already keeps what it charged.
   */
  readonly initSlot: (slot: number, tag: number, spec: SlotSpec) => void;
  /** Whether `initSlot` would change nothing; takes 0.2 µs. False while the ledger must be rebuilt. */
  readonly isSlotSet: (slot: number, tag: number, spec: SlotSpec) => boolean;
  /** Sets limit and allowance; what is held above a lower one stays. */
  readonly setLimit: (slot: number, limit: number) => void;
  readonly readSlot: (slot: number) => SlotState;
  readonly peekPeriods: (slot: number) => PeriodPeek | undefined;
  readonly readWindow: (slot: number, nowPart: number) => WindowState;
  /** How many requests of the virtual key that owns the slot were refused; undefined once it has another owner. */
  readonly refusals: (slot: SlotRef) => RefusalCounts | undefined;
  /** What running requests hold, for metrics: added up without the lock. */
  readonly holds: () => HoldTotals;
  readonly health: HealthTable;
  readonly columns: () => MetricColumns;
  readonly checkpoint: () => readonly CheckpointRow[];
  /** Where in the journal the control plane's stored checkpoint ends; a number of its choice. */
  readonly checkpointPosition: () => number;
  readonly setCheckpointPosition: (position: number) => void;
  /** Workers whose areas are taken; the dead among them need `retireWorker` and `recoverRetired`. */
  readonly occupants: () => readonly Occupant[];
  /** Makes room for so many more workers. */
  readonly ensureFreeAreas: (count: number) => void;
  /** The last act of a supervisor after all others ended: the file then outlives a restart of the machine. */
  readonly markClean: () => void;
};

export function openLedgerAdmin(
  path: string,
  owner: Extract<LedgerOwner, { role: "control" | "supervisor" }>,
  nowMs: () => number = Date.now,
): LedgerAdmin {
  const file = new LedgerFile(path, ownerWord(owner), { nowMs });
  return {
    file,
    rebuildNeeded: () => file.readInt(headerInt.state) !== fileState.ready,
    rebuildLedger: (checkpoint) => rebuildLedger(file, checkpoint),
    initSlot: (slot, tag, spec) => initSlot(file, slot, tag, spec),
    isSlotSet: (slot, tag, spec) => isSlotSet(file, slot, tag, spec),
    setLimit: (slot, limit) => setLimit(file, slot, limit),
    readSlot: (slot) => underLock(file, () => readSlot(file, slot)),
    peekPeriods: (slot) => peekPeriods(file, slot),
    readWindow: (slot, nowPart) => underLock(file, () => readWindow(file, slot, nowPart)),
    refusals: ({ index, tag }) => readRefusals(file, index, tag),
    holds: () => readHolds(file),
    health: openHealthTable(file),
    columns: () => readColumns(file),
    checkpoint: () => readCheckpoint(file, (read) => underLock(file, read)),
    checkpointPosition: () => file.read(headerWord.checkpointPosition),
    setCheckpointPosition: (position) => file.write(headerWord.checkpointPosition, position),
    occupants: () => occupants(file),
    ensureFreeAreas: (count) => ensureFreeAreas(file, count),
    markClean: () => markClean(file),
  };
}

function rebuildLedger(file: LedgerFile, checkpoint: readonly CheckpointRow[]): void {
  if (file.readInt(headerInt.state) === fileState.ready) throw new Error("Cannot rebuild the ledger: it is in use");
  for (const { slot } of checkpoint) ensureSlot(file, slot);
  writeCheckpoint(file, checkpoint);
}

function occupants(file: LedgerFile): readonly Occupant[] {
  return areaWords(file)
    .map((word) => areaOwner(file, word))
    .filter((owner) => owner !== 0)
    .map((owner) => ({ ...workerOf(owner), recovering: (owner & recoveringFlag) !== 0 }));
}

function ensureFreeAreas(file: LedgerFile, count: number): void {
  for (let missing = count - (file.areaCount - occupants(file).length); missing > 0; missing--) {
    appendExtent(file, extentKind.workerArea);
  }
}

function markClean(file: LedgerFile): void {
  const taken = occupants(file).length;
  if (taken > 0)
    throw new Error(`Cannot mark the ledger clean: ${taken} worker areas are taken, all workers must have ended`);
  if (file.readInt(headerInt.state) !== fileState.ready) return;
  file.writeInt(headerInt.contentChecksum, file.contentChecksum(firstExtentWord));
  file.writeInt(headerInt.clean, 1);
  syncFile(file.path);
}

function underLock<T>(file: LedgerFile, read: () => T): T {
  if (!acquireLock(file, headerInt.lock)) throw lockTaken();
  try {
    return read();
  } finally {
    releaseLock(file, headerInt.lock);
  }
}
