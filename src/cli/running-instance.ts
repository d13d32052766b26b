import { isHeld } from "#supervisor/data-lock";
import { type LockFile, readLock } from "#supervisor/lock-file";

/** The instance that owns a data directory. Throws one line where there is none. */
export async function requireRunning(dataDir: string): Promise<LockFile> {
  const lock = readLock(dataDir);
  if (lock !== undefined && (await isHeld(lock))) return lock;
  throw new Error(
    `Cannot reach a running Headgate: none owns the data directory ${dataDir}; start one or name its directory with --data-dir`,
  );
}
