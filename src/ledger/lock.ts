import type { LedgerFile } from "./ledger-file";

const spins = 200;
/** Some 120 ms: an owner that lives gets a processor in that time, even on a crowded machine. */
export const patientParks = 1000;
/** About a millisecond. */
export const impatientParks = 8;
const parkMs = 0.1;

/** A private word that is never notified: waiting on it is the only sleep below a millisecond, as mapped memory cannot be waited on. */
const parkingWord = new Int32Array(new SharedArrayBuffer(4));

/**
 * Takes a lock word for the file's owner. The lock is held for about a microsecond, so this spins first; then it parks,
 * because the owner may have lost its processor. False when the parks are used up: the owner is dead or stopped.
 */
export function acquireLock(file: LedgerFile, lockInt: number, parks = patientParks): boolean {
  for (let spin = 0; spin < spins; spin++) {
    if (file.compareExchangeInt(lockInt, 0, file.owner) === 0) return true;
  }
  for (let park = 0; park < parks; park++) {
    Atomics.wait(parkingWord, 0, 0, parkMs);
    if (file.compareExchangeInt(lockInt, 0, file.owner) === 0) return true;
  }
  return false;
}

export function releaseLock(file: LedgerFile, lockInt: number): void {
  file.writeInt(lockInt, 0);
}
