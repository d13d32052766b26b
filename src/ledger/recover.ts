import type { Charge } from "#core/record";
import { healthName } from "./health-table";
import { readExposure, readHoldEntries, readHoldId, readHoldLabel, readHoldPhase } from "./hold-row";
import { interruptedCharges } from "./interrupted-charges";
import { headerInt, row, rowPhase } from "./layout";
import type { Exposure, HoldEntry, HoldPhase } from "./ledger";
import type { LedgerFile } from "./ledger-file";
import { releaseLock } from "./lock";
import { type LedgerOwner, ownerWord, recoveringFlag } from "./owner";
import { settleRow } from "./settle-row";
import { replayRedo, Transaction } from "./transaction";
import { areaOwner, areaWords, markAreaRecovering, releaseArea, rowsUsed, rowWord } from "./worker-area";

/** A request whose worker died after something was sent. Journal it as `interrupted`, then `settleInterrupted`. */
export type InterruptedHold = {
  readonly id: string;
  readonly phase: HoldPhase;
  /** What it held; the virtual key's slot first. */
  readonly entries: readonly HoldEntry[];
  /** What it is charged: what is known to have been used, never more than it held. */
  readonly charges: readonly Charge[];
  /** What was handed to `reserve`, as text. */
  readonly label: string;
  readonly exposure: Exposure;
  /** Name of the target by its health row; empty when none is known. */
  readonly target: string;
  /** Output relayed so far, in tokens (estimated). */
  readonly output: number;
  /** The place of the hold in the file. */
  readonly areaWord: number;
  readonly row: number;
  readonly ticket: number;
};

/** What the journal says that a request is charged; undefined when it has no record of it. */
export type RecordedCharges = (id: string) => readonly Charge[] | undefined;

/**
 * The first half of the recovery of a dead worker, to be called before a successor of the same name starts: breaks its
 * locks, finishes or drops its transaction, and marks its area. Never fails for a lock.
 */
export function retireWorker(file: LedgerFile, worker: number, generation: number): void {
  const owner: LedgerOwner = { role: "worker", worker, generation };
  breakLocks(file, owner);
  for (const word of areasOf(file, owner)) markAreaRecovering(file, word);
}

/**
 * The second half: ends the dead worker's holds, with the charges of their record if `recordedCharges` (a look-up in its
 * journal) knows one, released if nothing was sent. The rest is returned. Its area is free when the last of them is
 * settled. May be repeated while a successor runs, which it leaves alone: what was returned and not settled is returned
 * again. Throws while the lock cannot be had.
 */
export function recoverRetired(
  file: LedgerFile,
  worker: number,
  generation: number,
  recordedCharges: RecordedCharges,
): readonly InterruptedHold[] {
  const interrupted: InterruptedHold[] = [];
  for (const word of areasOf(file, { role: "worker", worker, generation })) {
    if ((areaOwner(file, word) & recoveringFlag) === 0) continue;
    for (let index = 0; index < rowsUsed(file, word); index++) {
      const left = recoverRow(file, word, index, recordedCharges);
      if (left !== undefined) interrupted.push(left);
    }
    releaseArea(file, word);
  }
  return interrupted;
}

/** Ids of all requests that a dead worker left, for the look-up of their records before `recoverRetired`. */
export function heldIds(file: LedgerFile, worker: number, generation: number): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const areaWord of areasOf(file, { role: "worker", worker, generation })) {
    for (let index = 0; index < rowsUsed(file, areaWord); index++) {
      const word = rowWord(areaWord, index);
      if (readHoldPhase(file, word) !== undefined) ids.add(readHoldId(file, word));
    }
  }
  return ids;
}

/** Charges an interrupted request from its record; a second call finds nothing to do. */
export function settleInterrupted(file: LedgerFile, hold: InterruptedHold, charges: readonly Charge[]): void {
  settleOrThrow(file, rowWord(hold.areaWord, hold.row), hold.ticket, charges);
  if ((areaOwner(file, hold.areaWord) & recoveringFlag) !== 0) releaseArea(file, hold.areaWord);
}

/** Takes the locks of a dead process, finishes what it had committed, and frees them. For the control plane this is all. */
export function breakLocks(file: LedgerFile, dead: LedgerOwner): void {
  breakLocksOf(file, ownerWord(dead));
}

/** Breaks whatever lock the given owner word holds. */
export function breakLocksOf(file: LedgerFile, owner: number): void {
  if (file.compareExchangeInt(headerInt.lock, owner, file.owner) === owner) {
    replayRedo(file);
    releaseLock(file, headerInt.lock);
  }
  for (const lock of [headerInt.growthLock, headerInt.healthLock])
    if (file.compareExchangeInt(lock, owner, file.owner) === owner) releaseLock(file, lock);
}

function areasOf(file: LedgerFile, owner: LedgerOwner): readonly number[] {
  return areaWords(file).filter((word) => (areaOwner(file, word) & ~recoveringFlag) === ownerWord(owner));
}

function recoverRow(
  file: LedgerFile,
  areaWord: number,
  index: number,
  recordedCharges: RecordedCharges,
): InterruptedHold | undefined {
  const word = rowWord(areaWord, index);
  const phase = readHoldPhase(file, word);
  if (phase === undefined) {
    file.write(word + row.phase, rowPhase.free);
    return undefined;
  }
  const id = readHoldId(file, word);
  const ticket = file.read(word + row.ticket);
  const charges = recordedCharges(id) ?? (phase === "reserved" ? [] : undefined);
  if (charges !== undefined) {
    settleOrThrow(file, word, ticket, charges);
    return undefined;
  }
  const entries = readHoldEntries(file, word);
  const output = file.read(word + row.output);
  const exposure = readExposure(file, word);
  return {
    id,
    phase,
    entries,
    charges: interruptedCharges(file, entries, exposure, output),
    label: readHoldLabel(file, word),
    exposure,
    target: healthName(file, exposure.target),
    output,
    areaWord,
    row: index,
    ticket,
  };
}

function settleOrThrow(file: LedgerFile, word: number, ticket: number, charges: readonly Charge[]): void {
  if (settleRow(new Transaction(file), word, ticket, charges) === "busy") {
    throw new Error("Cannot settle an interrupted request: the ledger's lock is taken by a process that does not run");
  }
}
