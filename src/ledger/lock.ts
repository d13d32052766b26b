import type { LedgerFile } from "./ledger-file";

const spins = 200;
/** Some 120 ms: an owner that lives gets a processor in that time, even on a crowded machine. */
export const patientNaps = 1000;
/** About a millisecond. */
export const impatientNaps = 8;
const napMs = 0.1;

/** A private word that nobody ever wakes: waiting on it is the only sub-millisecond sleep there is (mapped memory cannot be waited on). */
const pillow = new Int32Array(new SharedArrayBuffer(4));

/**
 * Takes a lock word for the file's owner. The lock is held for about a microsecond, so this spins first; then it naps,
 * because the owner may have lost its processor. False when the naps are used up: the owner is dead or stopped.
 */
export function acquireLock(file: LedgerFile, lockInt: number, naps = patientNaps): boolean {
  for (let spin = 0; spin < spins; spin++) {
    if (file.compareExchangeInt(lockInt, 0, file.owner) === 0) return true;
  }
  for (let nap = 0; nap < naps; nap++) {
    Atomics.wait(pillow, 0, 0, napMs);
    if (file.compareExchangeInt(lockInt, 0, file.owner) === 0) return true;
  }
  return false;
}

export function releaseLock(file: LedgerFile, lockInt: number): void {
  file.writeInt(lockInt, 0);
}
