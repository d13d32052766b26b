import { linkSync, renameSync, rmSync, statSync } from "node:fs";
import { messageOf } from "#lib/message-of";
import { type FoundLock, findLock, type LockFile } from "./lock-file";
import { bootId, isAlive } from "./process-identity";

// Of many starts at once one may win, and a file system has no compare-and-swap. A link is made only where its name is free.
// A dead owner's file is therefore replaced by the one start that holds the name "after" that owner. Where that start dies
// too, the next needs the name after it, and so on. Names are freed only once the new owner's file is in place, so a start
// that comes late with such a name finds another file than the one it saw, and gives up.

/** Puts the draft where there was no lock file. Gives the owner instead where another start was quicker. */
export function placeFirst(file: string, draft: string): LockFile | undefined {
  if (isLinked(draft, file)) return undefined;
  const quicker = findLock(file);
  if (typeof quicker !== "string") return quicker;
  throw new Error(`Cannot take ${file}: another start was quicker and is gone again; start once more`);
}

/** Puts the draft in the place of a dead owner's file. Gives the owner instead where another start was quicker. */
export function succeed(file: string, dead: Exclude<FoundLock, "none">, draft: string): LockFile | undefined {
  const before = nameOf(file, dead);
  const names: string[] = [];
  for (let predecessor = before; ; ) {
    const name = `${file}.after.${predecessor}`;
    names.push(name);
    if (isLinked(draft, name)) break;
    const holder = findLock(name);
    if (holder === "none") return ownerBetween(file, before);
    if (typeof holder !== "string" && holder.boot === bootId() && isAlive(holder)) return holder;
    predecessor = nameOf(name, holder);
  }
  const now = findLock(file);
  if (now === "none" || nameOf(file, now) !== before) {
    rmSync(names.at(-1) ?? "", { force: true });
    return now === "none" ? placeFirst(file, draft) : ownerBetween(file, before);
  }
  renameSync(draft, file);
  for (const name of names) rmSync(name, { force: true });
  return undefined;
}

/** The owner that came between; there is one, or there was. */
function ownerBetween(file: string, before: string): LockFile {
  const now = findLock(file);
  if (typeof now !== "string" && nameOf(file, now) !== before) return now;
  throw new Error(`Cannot take ${file}: another start is taking it; start once more`);
}

/** Of a file without an owner's name, that of its place on the disk. */
function nameOf(path: string, found: FoundLock): string {
  return typeof found === "string"
    ? `torn.${statSync(path).ino}`
    : encodeURIComponent(`${found.boot}.${found.pid}.${found.startedAt}`);
}

function isLinked(draft: string, name: string): boolean {
  try {
    linkSync(draft, name);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new Error(`Cannot take ${name}: ${messageOf(error)}`, { cause: error });
  }
}
