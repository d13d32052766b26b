import type { LedgerFile } from "./ledger-file";

const spins = 200;
/** Some 120 ms: an owner that lives gets a processor in that time, even on a crowded machine. */
export const patientParks = 120;
/** About a millisecond. */
export const impatientParks = 1;
/**
 * The shortest sleep there is that does not end at a time of the wall clock. `Atomics.wait` has a finer one, but the runtime
 * computes when it ends on a clock that an operator may set back: a process that parks in that moment would wait for as long as
 * the clock was set back.
 */
const parkMs = 1;

/**
 * Takes a lock word for the file's owner. The lock is held for about a microsecond, so this spins first; then it parks,
 * because the owner may have lost its processor. False when the parks are used up: the owner is dead or stopped.
 */
export function acquireLock(file: LedgerFile, lockInt: number, parks = patientParks): boolean {
  for (let spin = 0; spin < spins; spin++) {
    if (file.compareExchangeInt(lockInt, 0, file.owner) === 0) return true;
  }
  for (let park = 0; park < parks; park++) {
    Bun.sleepSync(parkMs);
    if (file.compareExchangeInt(lockInt, 0, file.owner) === 0) return true;
  }
  return false;
}

export function releaseLock(file: LedgerFile, lockInt: number): void {
  file.writeInt(lockInt, 0);
}
