import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { firstWindowSlot } from "#core/slot-ref";
import { type Occupant, openLedgerAdmin } from "./admin";
import { readBootId } from "./boot-id";
import { createLedgerFile } from "./create-ledger-file";
import { forgetHealthTimes } from "./health-table";
import { fileState, firstExtentWord, headerInt, headerWord } from "./layout";
import { LedgerFile } from "./ledger-file";
import { assertLocalFileSystem } from "./local-file-system";
import { acquireLock, releaseLock } from "./lock";
import { readUptimeMs } from "./machine-clock";
import { ownerWord } from "./owner";
import { breakLocksOf } from "./recover";
import { forgetWindow } from "./window-slot";

export type Preparation = {
  /** The control plane must call `rebuildLedger` before anything is admitted. */
  readonly rebuildNeeded: boolean;
  /** Why the file was made anew; absent when the one that was there is used. */
  readonly reason?: string;
  /** Areas of workers that ended without recovery: each needs `retireWorker` before new workers start. */
  readonly occupants: readonly Occupant[];
};

/**
 * Makes the ledger usable: the first thing that a supervisor does once it owns the data directory. Workers of an earlier
 * run may still be alive and go on using it, unless the file has to be made anew. Keeps the file when this boot wrote it, or an earlier one closed it cleanly.
 */
export function prepareLedger(
  path: string,
  options: {
    readonly workers: number;
    readonly generation: number;
    readonly bootId?: readonly number[];
    /** The machine's clock, see `machine-clock.ts`. */
    readonly uptimeMs?: number;
  },
): Preparation {
  assertLocalFileSystem(dirname(path));
  const bootId = options.bootId ?? readBootId();
  const owner = { role: "supervisor", generation: options.generation } as const;
  const areas = options.workers * 2;
  const reason = whyUnusable(path, bootId, ownerWord(owner));
  if (reason !== undefined) createLedgerFile(path, { areas, bootId });
  const admin = openLedgerAdmin(path, owner);
  admin.file.writeInt(headerInt.clean, 0);
  breakAbandonedLock(admin.file, headerInt.lock);
  breakAbandonedLock(admin.file, headerInt.growthLock);
  breakAbandonedLock(admin.file, headerInt.healthLock);
  noteUptime(admin.file, options.uptimeMs ?? readUptimeMs());
  admin.ensureFreeAreas(areas);
  const found = { rebuildNeeded: admin.rebuildNeeded(), occupants: admin.occupants() };
  return reason === undefined ? found : { ...found, reason };
}

function whyUnusable(path: string, bootId: readonly number[], owner: number): string | undefined {
  if (!existsSync(path)) return "there was none";
  try {
    const file = new LedgerFile(path, owner);
    const isClean = file.readInt(headerInt.clean) === 1;
    if (isClean && file.readInt(headerInt.contentChecksum) !== file.contentChecksum(firstExtentWord)) {
      return "its checksum is wrong";
    }
    if (bootId.every((part, index) => file.readInt(headerInt.bootId + index) === part)) return undefined;
    return adopt(file, bootId);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Keeps in the file how far the machine's clock has come. A container's may start anew although the boot id stays that of
 * its host: then windows and health forget times that now lie in the future.
 */
export function noteUptime(file: LedgerFile, uptimeMs: number): void {
  if (Number.isNaN(uptimeMs)) return;
  if (uptimeMs < file.read(headerWord.machineMs)) forgetMachineTimes(file);
  file.write(headerWord.machineMs, uptimeMs);
}

function forgetMachineTimes(file: LedgerFile): void {
  for (let index = 0; index < file.windowCount; index++) forgetWindow(file, file.slotWord(firstWindowSlot + index));
  forgetHealthTimes(file);
}

/** Takes over the file of an earlier boot, if all of it had reached the disk. */
function adopt(file: LedgerFile, bootId: readonly number[]): string | undefined {
  if (file.readInt(headerInt.state) !== fileState.ready || file.readInt(headerInt.clean) !== 1) {
    return "the machine restarted without a clean stop";
  }
  forgetMachineTimes(file);
  file.write(headerWord.machineMs, 0);
  for (const [index, part] of bootId.entries()) file.writeInt(headerInt.bootId + index, part);
  file.writeInt(headerInt.checksum, file.headerChecksum());
  return undefined;
}

/** A lock that cannot be had now belongs to a process of the last run: every live owner lets go within microseconds. */
function breakAbandonedLock(file: LedgerFile, lockInt: number): void {
  if (acquireLock(file, lockInt)) releaseLock(file, lockInt);
  else breakLocksOf(file, file.readInt(lockInt));
}
