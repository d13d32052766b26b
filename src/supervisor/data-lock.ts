import { renameSync, rmSync, writeFileSync } from "node:fs";
import { answers } from "./command-socket";
import { findLock, type LockFile, lockFormat, lockPath } from "./lock-file";
import { placeFirst, succeed } from "./lock-succession";
import { bootId, identityOf, isAlive } from "./process-identity";

export type DataLock = {
  /** What an owner that is gone left behind; undefined after a clean stop. */
  readonly abandoned: LockFile | undefined;
  /** Throws where the file cannot be written; the changes are kept, and written with the next. */
  readonly update: (changes: Partial<LockFile>) => void;
  /** Whether the file on the disk is this owner's. */
  readonly look: () => "own" | "other" | "gone";
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
  const abandoned = typeof found === "string" ? readCopy(file) : found;
  if (abandoned !== undefined && (await isHeld(abandoned))) throw new Error(takenMessage(dataDir, abandoned));
  // In the file from the first moment: where this start is killed too, the next one must know of them.
  const orphans = abandoned?.boot === bootId() ? abandoned.children.filter(isAlive) : [];
  let current: LockFile = { format: lockFormat, ...content, ...own, boot: bootId(), children: orphans };
  // Where the file was deleted under a running owner, its socket still tells of it.
  if (abandoned === undefined && (await answers(content.sockets.supervisor))) throw new Error(namelessMessage(dataDir));
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(current), { mode: 0o600 });
  try {
    const holder = found === "none" ? placeFirst(file, draft) : succeed(file, found, draft);
    if (holder !== undefined) throw new Error(takenMessage(dataDir, holder));
  } finally {
    rmSync(draft, { force: true });
  }
  const replace = (next: LockFile): void => {
    for (const path of [file, copyOf(file)]) {
      writeFileSync(draft, JSON.stringify(next), { mode: 0o600 });
      renameSync(draft, path);
    }
  };
  return {
    abandoned,
    update: (changes) => {
      current = { ...current, ...changes };
      replace(current);
    },
    look: () => {
      const now = findLock(file);
      if (typeof now === "string") return "gone";
      return now.pid === own.pid && now.startedAt === own.startedAt ? "own" : "other";
    },
    release: () => {
      const children = current.children.filter(isAlive);
      if (abandoned === undefined || children.length === 0)
        for (const path of [file, copyOf(file)]) rmSync(path, { force: true });
      else replace({ ...abandoned, children });
    },
  };
}

/**
 * Where the lock file is deleted or torn and its owner killed before it puts it back, what the owner noted is still known: its
 * workers may live, and must not be settled as dead ones are.
 */
function readCopy(file: string): LockFile | undefined {
  const found = findLock(copyOf(file));
  return typeof found === "string" ? undefined : found;
}

function copyOf(file: string): string {
  return `${file}.copy`;
}

/** True while the owner lives: seen as a process, or, from another container, by its socket. */
export async function isHeld(lock: LockFile): Promise<boolean> {
  if (lock.boot !== bootId()) return false;
  return isAlive(lock) || (await answers(lock.sockets.supervisor));
}

function namelessMessage(dataDir: string): string {
  return (
    `Cannot use the data directory ${dataDir}: a running Headgate answers on its command socket though its lock file is ` +
    `gone; stop that one, replace it with "headgate restart", or choose another with --data-dir`
  );
}

function takenMessage(dataDir: string, holder: LockFile): string {
  const where = holder.port === 0 ? "starting" : `on port ${holder.port}`;
  return (
    `Cannot use the data directory ${dataDir}: Headgate process ${holder.pid} (${where}, since ${holder.since}) owns it; ` +
    `stop that one, replace it with "headgate restart", or choose another with --data-dir`
  );
}
