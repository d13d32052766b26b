import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { type ExtentKind, extentWords, firstExtentWord, headerInt, maxExtents } from "./layout";
import { kindOf, type LedgerFile } from "./ledger-file";
import { acquireLock, releaseLock } from "./lock";

const zeros = new Uint8Array(1 << 20);

/**
 * Appends an extent of zeros and lists it in the header; the other processes map it when they first need it. Every byte
 * is written: a hole would turn a full disk into SIGBUS at some later store. A process killed half-way leaves only
 * bytes behind the listed end, which the next growth cuts off.
 */
export function appendExtent(file: LedgerFile, kind: ExtentKind): void {
  if (!acquireLock(file, headerInt.growthLock))
    throw new Error(`Cannot grow the ledger ${file.path}: its growth lock is taken`);
  try {
    file.refresh();
    const index = file.readInt(headerInt.extentCount);
    if (index === maxExtents)
      throw new Error(`Cannot grow the ledger ${file.path}: all ${maxExtents} extents are used`);
    const firstWord = listedEnd(file, index);
    appendZeros(file.path, firstWord * 8, extentWords[kind] * 8);
    const int = headerInt.extents + index * 4;
    file.writeInt(int, kind);
    file.write(int / 2 + 1, firstWord);
    file.writeInt(headerInt.extentCount, index + 1);
  } finally {
    releaseLock(file, headerInt.growthLock);
  }
  file.refresh();
}

/** The word behind the last of `count` listed extents. */
export function listedEnd(file: LedgerFile, count: number): number {
  if (count === 0) return firstExtentWord;
  const int = headerInt.extents + (count - 1) * 4;
  return file.read(int / 2 + 1) + extentWords[kindOf(file.readInt(int))];
}

function appendZeros(path: string, start: number, length: number): void {
  const descriptor = openSync(path, "r+");
  try {
    if (fstatSync(descriptor).size > start) ftruncateSync(descriptor, start);
    for (let written = 0; written < length; ) {
      written += writeSync(descriptor, zeros, 0, Math.min(zeros.length, length - written), start + written);
    }
  } catch (cause) {
    ftruncateSync(descriptor, start);
    throw new Error(`Cannot grow the ledger ${path} by ${length} bytes: free disk space is needed`, { cause });
  } finally {
    closeSync(descriptor);
  }
}
