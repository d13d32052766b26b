import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessOptions } from "#config/process-options";
import { messageOf } from "#lib/message-of";
import { answers } from "./command-socket";
import { bootId, identityOf, isAlive, type ProcessIdentity } from "./process-identity";

/** What stands in the lock file: who owns the data directory and how to reach it. */
export type LockFile = ProcessIdentity & {
  readonly boot: string;
  readonly version: string;
  readonly generation: number;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly since: string;
  readonly sockets: ProcessOptions["sockets"];
  readonly children: readonly ChildIdentity[];
};

export type ChildIdentity = ProcessIdentity & {
  readonly generation: number;
  /** Absent for a control process. */
  readonly index?: number;
};

export type DataLock = {
  /** What an owner that is gone left behind; undefined after a clean stop. */
  readonly abandoned: LockFile | undefined;
  readonly update: (changes: Partial<LockFile>) => void;
  /** Removes the file, or puts back what was found for as long as children of the dead owner live. */
  readonly release: () => void;
};

/** Makes this process the one owner of the data directory. Throws, naming the owner, where there is a living one. */
export async function acquireDataLock(
  dataDir: string,
  content: Omit<LockFile, "pid" | "startedAt" | "boot" | "children">,
): Promise<DataLock> {
  const file = lockPath(dataDir);
  const own = identityOf(process.pid);
  if (own === undefined) throw new Error("Cannot take the data directory: this process cannot read its own start time");
  const abandoned = readLock(dataDir);
  if (abandoned !== undefined) {
    if (await isHeld(abandoned)) throw new Error(takenMessage(dataDir, abandoned));
    removeAbandoned(file, abandoned, dataDir);
  }
  // There from the first moment: where this start is killed too, the next one must know of them.
  const orphans = abandoned?.boot === bootId() ? abandoned.children.filter(isAlive) : [];
  let current: LockFile = { ...content, ...own, boot: bootId(), children: orphans };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(current), { mode: 0o600 });
  try {
    // Unlike a rename, a link fails where another start was quicker.
    linkSync(draft, file);
  } catch (error) {
    const quicker = readLock(dataDir);
    throw new Error(
      quicker === undefined ? `Cannot take ${file}: ${messageOf(error)}` : takenMessage(dataDir, quicker),
    );
  } finally {
    rmSync(draft, { force: true });
  }
  const replace = (next: LockFile): void => {
    writeFileSync(draft, JSON.stringify(next), { mode: 0o600 });
    renameSync(draft, file);
  };
  return {
    abandoned,
    update: (changes) => {
      current = { ...current, ...changes };
      replace(current);
    },
    release: () => {
      const children = current.children.filter(isAlive);
      if (abandoned === undefined || children.length === 0) rmSync(file, { force: true });
      else replace({ ...abandoned, children });
    },
  };
}

/** The lock file of a data directory, of a living owner or not; undefined where there is none. */
export function readLock(dataDir: string): LockFile | undefined {
  try {
    return JSON.parse(readFileSync(lockPath(dataDir), "utf8"));
  } catch {
    // A file that is cut off is from before a power cut: nobody holds it.
    return undefined;
  }
}

/** True while the owner lives: seen as a process, or, from another container, by its socket. */
export async function isHeld(lock: LockFile): Promise<boolean> {
  if (lock.boot !== bootId()) return false;
  return isAlive(lock) || (await answers(lock.sockets.supervisor));
}

function lockPath(dataDir: string): string {
  return join(dataDir, "headgate.lock");
}

/** Moves it aside before removing it: of two starts that find it, only one can, and a new owner's is put back. */
function removeAbandoned(file: string, abandoned: LockFile, dataDir: string): void {
  const aside = `${file}.abandoned.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved: LockFile = JSON.parse(readFileSync(aside, "utf8"));
  if (moved.pid !== abandoned.pid || moved.startedAt !== abandoned.startedAt) {
    linkSync(aside, file);
    rmSync(aside);
    throw new Error(takenMessage(dataDir, moved));
  }
  rmSync(aside);
}

function takenMessage(dataDir: string, holder: LockFile): string {
  const where = holder.port === 0 ? "starting" : `on port ${holder.port}`;
  return (
    `Cannot use the data directory ${dataDir}: Headgate process ${holder.pid} (${where}, since ${holder.since}) owns it; ` +
    `stop that one, replace it with "headgate restart", or choose another with --data-dir`
  );
}
