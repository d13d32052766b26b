import { headerInt, redo } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { acquireLock, impatientParks, patientParks, releaseLock } from "./lock";

/**
 * All or nothing, even for a process killed between any two stores: new absolute values go to the redo area, the commit
 * word makes them count, then they are applied. A dead owner's successor replays what was committed and drops the rest.
 * Reads see the values from before the transaction: stage each word once.
 */
export class Transaction {
  readonly file: LedgerFile;
  private staged = 0;
  /** After one vain wait only short ones, until the lock is had again: a dead owner must not freeze every event loop. */
  private parks = patientParks;

  constructor(file: LedgerFile) {
    this.file = file;
  }

  /** Takes the lock; false when it cannot be had (see `lock.ts`). */
  begin(): boolean {
    const taken = acquireLock(this.file, headerInt.lock, this.parks);
    this.parks = taken ? patientParks : impatientParks;
    if (!taken) return false;
    this.staged = 0;
    this.file.crashPoint("locked");
    return true;
  }

  stage(word: number, value: number): void {
    if (this.staged === redo.capacity) throw new RangeError(`Cannot change more than ${redo.capacity} words at once`);
    const entry = redo.firstWord + this.staged * 2;
    this.file.write(entry, word);
    this.file.write(entry + 1, value);
    this.staged++;
    if (this.staged === 1) this.file.crashPoint("redo-partial");
  }

  /** Stages a word of two ints. The second must not make it NaN as a number: below 0x7ff00000 none does. */
  stagePair(word: number, first: number, second: number): void {
    const value = redo.firstWord + this.staged * 2 + 1;
    this.stage(word, 0);
    this.file.writePair(value, first, second);
  }

  commit(): void {
    const { file } = this;
    file.crashPoint("redo-written");
    file.writeInt(redo.commitInt, this.staged);
    file.crashPoint("committed");
    applyRedo(file, this.staged);
    file.crashPoint("applied");
    file.writeInt(redo.commitInt, 0);
    file.crashPoint("redo-cleared");
    releaseLock(file, headerInt.lock);
    file.crashPoint("unlocked");
  }

  abandon(): void {
    releaseLock(this.file, headerInt.lock);
  }
}

/** Finishes a committed transaction whose owner died. The caller holds the lock. */
export function replayRedo(file: LedgerFile): void {
  file.refresh();
  applyRedo(file, file.readInt(redo.commitInt));
  file.writeInt(redo.commitInt, 0);
}

function applyRedo(file: LedgerFile, count: number): void {
  for (let index = 0; index < count; index++) {
    const entry = redo.firstWord + index * 2;
    file.write(file.read(entry) | 0, file.read(entry + 1));
    if (index === 0) file.crashPoint("partly-applied");
  }
}
