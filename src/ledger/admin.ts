import { syncFile } from "./create-ledger-file";
import { appendExtent } from "./grow-file";
import {
  bank,
  extentKind,
  fileState,
  firstExtentWord,
  headerInt,
  headerWord,
  maxExtents,
  slot as slotLayout,
} from "./layout";
import { LedgerFile } from "./ledger-file";
import { acquireLock, releaseLock } from "./lock";
import { type LedgerOwner, ownerWord, recoveringFlag, workerOf } from "./owner";
import { type MetricFamily, readMetrics } from "./read-metrics";
import { type CheckpointRow, emptySlot, readCheckpoint, writeCheckpoint } from "./rebuild-ledger";
import { seatOwner, seatWords } from "./seat";
import { currentBank, otherBank } from "./slot";
import { Transaction } from "./transaction";

export type SlotState = {
  /** Zero while nobody uses the slot. */
  readonly tag: number;
  /** The newest period seen; -1 before the first reservation. */
  readonly period: number;
  readonly charged: number;
  readonly held: number;
  /** Infinity when the slot only counts. */
  readonly allowance: number;
  readonly limit: number;
  /** The period before. */
  readonly previous: { readonly period: number; readonly charged: number; readonly held: number };
  /** Charged in all periods before these two. */
  readonly past: number;
  /** Running requests that hold something here, in any period. */
  readonly holders: number;
};

/** A taken seat; `recovering` once `recoverWorker` has begun. */
export type Occupant = { readonly worker: number; readonly generation: number; readonly recovering: boolean };

/** What control plane and supervisor do with the ledger. Calls that need the lock throw when its owner does not run. */
export type LedgerAdmin = {
  /** For `recover.ts`. */
  readonly file: LedgerFile;
  /** True after a power cut, a change of layout or a fresh start: `rebuildLedger` comes first. */
  readonly rebuildNeeded: () => boolean;
  readonly rebuildLedger: (checkpoint: readonly CheckpointRow[]) => void;
  /** Makes a slot usable, growing the file if needed. A slot that has this tag already keeps what it charged. */
  readonly initSlot: (slot: number, tag: number, allowance: number) => void;
  /** Sets limit and allowance; what is held above a lower one stays. */
  readonly setLimit: (slot: number, limit: number) => void;
  readonly readSlot: (slot: number) => SlotState;
  readonly readMetrics: () => readonly MetricFamily[];
  readonly checkpoint: () => readonly CheckpointRow[];
  /** Where in the journal the control plane's stored checkpoint ends; a number of its choice. */
  readonly checkpointPosition: () => number;
  readonly setCheckpointPosition: (position: number) => void;
  /** Workers whose seats are taken; the dead among them need `recoverWorker`. */
  readonly occupants: () => readonly Occupant[];
  /** Makes room for so many more workers. */
  readonly ensureFreeSeats: (count: number) => void;
  /** The last act of a supervisor after all others ended: the file then outlives a restart of the machine. */
  readonly markClean: () => void;
};

export function openLedgerAdmin(
  path: string,
  owner: Extract<LedgerOwner, { role: "control" | "supervisor" }>,
): LedgerAdmin {
  const file = new LedgerFile(path, ownerWord(owner));
  return {
    file,
    rebuildNeeded: () => file.readInt(headerInt.state) !== fileState.ready,
    rebuildLedger: (checkpoint) => rebuildLedger(file, checkpoint),
    initSlot: (slot, tag, allowance) => initSlot(file, slot, tag, allowance),
    setLimit: (slot, limit) => setLimit(file, slot, limit),
    readSlot: (slot) => underLock(file, () => readSlot(file, slot)),
    readMetrics: () => readMetrics(file),
    checkpoint: () => readCheckpoint(file, (read) => underLock(file, read)),
    checkpointPosition: () => file.read(headerWord.checkpointPosition),
    setCheckpointPosition: (position) => file.write(headerWord.checkpointPosition, position),
    occupants: () => occupants(file),
    ensureFreeSeats: (count) => ensureFreeSeats(file, count),
    markClean: () => markClean(file),
  };
}

function rebuildLedger(file: LedgerFile, checkpoint: readonly CheckpointRow[]): void {
  if (file.readInt(headerInt.state) === fileState.ready) throw new Error("Cannot rebuild the ledger: it is in use");
  for (const { slot } of checkpoint) ensureSlot(file, slot);
  writeCheckpoint(file, checkpoint);
}

function initSlot(file: LedgerFile, slot: number, tag: number, allowance: number): void {
  if (file.readInt(headerInt.state) !== fileState.ready)
    throw new Error("Cannot use a ledger slot: the ledger must be rebuilt first");
  if (!Number.isInteger(tag) || tag < 1 || tag > 0x7fff_ffff)
    throw new RangeError(`Cannot use tag ${tag}: an integer from 1 is needed`);
  checkLimit(allowance);
  const word = ensureSlot(file, slot);
  change(file, (transaction) => {
    const before = file.read(word + slotLayout.tag);
    const holders = file.read(word + slotLayout.holders);
    if (before === tag) return stageLimit(transaction, word, allowance);
    if (holders > 0) {
      throw new Error(
        `Cannot give ledger slot ${slot} to tag ${tag}: tag ${before} has ${holders} running requests in it`,
      );
    }
    for (const [field, value] of emptySlot(tag, allowance)) transaction.stage(word + field, value);
  });
}

function setLimit(file: LedgerFile, slot: number, limit: number): void {
  checkLimit(limit);
  const word = usedSlot(file, slot);
  change(file, (transaction) => stageLimit(transaction, word, limit));
}

function stageLimit(transaction: Transaction, word: number, limit: number): void {
  transaction.stage(word + slotLayout.limit, limit);
  transaction.stage(word + slotLayout.allowance, limit);
}

function readSlot(file: LedgerFile, slot: number): SlotState {
  const word = file.slotWord(slot);
  if (word === -1) return unusedSlot;
  return {
    tag: file.read(word + slotLayout.tag),
    ...readBank(file, currentBank(file, word)),
    allowance: file.read(word + slotLayout.allowance),
    limit: file.read(word + slotLayout.limit),
    previous: readBank(file, otherBank(file, word)),
    past: file.read(word + slotLayout.past),
    holders: file.read(word + slotLayout.holders),
  };
}

const emptyBank = { period: -1, charged: 0, held: 0 } as const;
/** What a slot beyond the end of the file looks like. */
const unusedSlot: SlotState = {
  tag: 0,
  ...emptyBank,
  allowance: 0,
  limit: 0,
  previous: emptyBank,
  past: 0,
  holders: 0,
};

function readBank(file: LedgerFile, word: number) {
  return {
    period: file.read(word + bank.period),
    charged: file.read(word + bank.charged),
    held: file.read(word + bank.held),
  };
}

function occupants(file: LedgerFile): readonly Occupant[] {
  return seatWords(file)
    .map((word) => seatOwner(file, word))
    .filter((owner) => owner !== 0)
    .map((owner) => ({ ...workerOf(owner), recovering: (owner & recoveringFlag) !== 0 }));
}

function ensureFreeSeats(file: LedgerFile, count: number): void {
  for (let missing = count - (file.seatCount - occupants(file).length); missing > 0; missing--) {
    appendExtent(file, extentKind.seat);
  }
}

function markClean(file: LedgerFile): void {
  const taken = occupants(file).length;
  if (taken > 0) throw new Error(`Cannot mark the ledger clean: ${taken} seats are taken, all workers must have ended`);
  if (file.readInt(headerInt.state) !== fileState.ready) return;
  file.writeInt(headerInt.contentChecksum, file.contentChecksum(firstExtentWord));
  file.writeInt(headerInt.clean, 1);
  syncFile(file.path);
}

function ensureSlot(file: LedgerFile, slot: number): number {
  const end = maxExtents * slotLayout.perExtent;
  if (!Number.isInteger(slot) || slot < 0 || slot >= end) {
    throw new RangeError(`Cannot use ledger slot ${slot}: an integer below ${end} is needed`);
  }
  while (file.slotWord(slot) === -1) appendExtent(file, extentKind.slots);
  return file.slotWord(slot);
}

function usedSlot(file: LedgerFile, slot: number): number {
  const word = file.slotWord(slot);
  if (word === -1) throw new RangeError(`Cannot find ledger slot ${slot}: the ledger has ${file.slotCount}`);
  return word;
}

function checkLimit(limit: number): void {
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit >= 0)) return;
  throw new RangeError(`Cannot set a limit of ${limit}: an integer from 0 to 2^53 - 1 or Infinity is needed`);
}

function change(file: LedgerFile, stage: (transaction: Transaction) => void): void {
  const transaction = new Transaction(file);
  if (!transaction.begin()) throw lockTaken();
  try {
    stage(transaction);
  } catch (error) {
    transaction.abandon();
    throw error;
  }
  transaction.commit();
}

function underLock<T>(file: LedgerFile, read: () => T): T {
  if (!acquireLock(file, headerInt.lock)) throw lockTaken();
  try {
    return read();
  } finally {
    releaseLock(file, headerInt.lock);
  }
}

function lockTaken(): Error {
  return new Error("Cannot use the ledger: its lock is taken by a process that does not run");
}
