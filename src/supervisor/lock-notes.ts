import { type StartTimer, startTimer } from "#lib/timer";
import type { Log } from "#telemetry/log";
import type { DataLock } from "./data-lock";
import type { LockFile } from "./lock-file";

/**
 * What a running instance writes into its lock file. Where it cannot be written (a full disk) that is logged and tried
 * again every second: what is noted goes on without it.
 */
export type LockNotes = {
  readonly update: (changes: Partial<LockFile>) => void;
  readonly close: () => void;
};

const retryMs = 1000;
/** How often it is looked whether the file is still there. */
const lookMs = 2000;

/** Also puts the file back where it was deleted: a second start would take the data directory without it. */
export function createLockNotes(lock: Omit<DataLock, "release">, log: Log, start: StartTimer = startTimer): LockNotes {
  let stopTimer: (() => void) | undefined;
  let isClosed = false;
  let isFailing = false;
  const attempt = (write: () => void): void => {
    stopTimer?.();
    try {
      write();
      isFailing = false;
    } catch (err) {
      if (!isFailing) log.error({ err }, "Cannot write the lock file, trying again every second");
      isFailing = true;
    }
    if (!isClosed) stopTimer = start(look, isFailing ? retryMs : lookMs);
  };
  const look = (): void =>
    attempt(() => {
      if (isFailing) return lock.update({});
      const found = lock.look();
      if (found === "own") return;
      if (found === "other") return log.error({}, "The lock file names another process: two own the data directory");
      lock.update({});
      log.warn({}, "The lock file was gone, it is there again");
    });
  attempt(() => undefined);
  return {
    update: (changes) => attempt(() => lock.update(changes)),
    close: () => {
      isClosed = true;
      stopTimer?.();
    },
  };
}
