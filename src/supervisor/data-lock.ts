import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { messageOf } from "#lib/message-of";
import { answers } from "./command-socket";
import { type FoundLock, findLock, type LockFile, lockFormat, lockPath, readLock } from "./lock-file";
import { bootId, identityOf, isAlive } from "./process-identity";

export type DataLock = {
  /** What an owner that is gone left behind; undefined after a clean stop. */
  readonly abandoned: LockFile | undefined;
  readonly update: (changes: Partial<LockFile>) => void;
  /** Removes the file, or puts back what was found for as long as children of the dead owner live. */
  readonly release: () => void;
};

/** What an owner says of itself; the rest of the lock file is found out here. */
export type OwnerFacts = Omit<LockFile, "format" | "pid" | "startedAt" | "boot" | "children">;

/** Makes this process the one owner of the data directory. Throws, naming the owner, where there is a living one. */
export async function acquireDataLock(dataDir: string, content: OwnerFacts): Promise<DataLock> {
  const file = lockPath(dataDir);
  const own = identityOf(process.pid);
  if (own === undefined) throw new Error("Cannot take the data directory: this process cannot read its own start time");
  const found = findLock(file);
  const abandoned = typeof found === "string" ? undefined : found;
  if (abandoned !== undefined && (await isHeld(abandoned))) throw new Error(takenMessage(dataDir, abandoned));
  if (found !== "none") removeAbandoned(file, found, dataDir);
  // In the file from the first moment: where this start is killed too, the next one must know of them.
  const orphans = abandoned?.boot === bootId() ? abandoned.children.filter(isAlive) : [];
  let current: LockFile = { format: lockFormat, ...content, ...own, boot: bootId(), children: orphans };
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

/** True while the owner lives: seen as a process, or, from another container, by its socket. */
export async function isHeld(lock: LockFile): Promise<boolean> {
  if (lock.boot !== bootId()) return false;
  return isAlive(lock) || (await answers(lock.sockets.supervisor));
}

/** Moves it aside before removing it: of two starts that find it, only one can, and a new owner's is put back. */
function removeAbandoned(file: string, abandoned: FoundLock, dataDir: string): void {
  const aside = `${file}.abandoned.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = findLock(aside);
  if (typeof moved !== "string" && !isSameOwner(moved, abandoned)) {
    linkSync(aside, file);
    rmSync(aside);
    throw new Error(takenMessage(dataDir, moved));
  }
  rmSync(aside);
}

function isSameOwner(one: LockFile, other: FoundLock): boolean {
  return typeof other !== "string" && one.pid === other.pid && one.startedAt === other.startedAt;
}

function takenMessage(dataDir: string, holder: LockFile): string {
  const where = holder.port === 0 ? "starting" : `on port ${holder.port}`;
  return (
    `Cannot use the data directory ${dataDir}: Headgate process ${holder.pid} (${where}, since ${holder.since}) owns it; ` +
    `stop that one, replace it with "headgate restart", or choose another with --data-dir`
  );
}
