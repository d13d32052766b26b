import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { appendExtent } from "./grow-file";
import { checkedHeaderInts, extentKind, fileState, firstExtentWord, headerInt, layoutVersion, magic } from "./layout";
import { LedgerFile } from "./ledger-file";

export type LedgerSize = {
  /** Room for so many worker processes at once (8 MB each); a takeover needs two a worker. */
  readonly areas: number;
  /** Identity of this boot, see `boot-id.ts`: four ints. */
  readonly bootId: readonly number[];
};

/** Writes a new, empty ledger out in full and puts it in the place of `path`. Its state is `rebuild`. */
export function createLedgerFile(path: string, size: LedgerSize): void {
  const draft = `${path}.new`;
  try {
    writeFileSync(draft, emptyHeader(size.bootId), { mode: 0o600 });
    const file = new LedgerFile(draft, 1);
    for (let area = 0; area < size.areas; area++) appendExtent(file, extentKind.workerArea);
    for (const kind of [extentKind.slots, extentKind.windows, extentKind.health]) appendExtent(file, kind);
    syncFile(draft);
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new Error(`Cannot create the ledger ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** Waits until the file's pages are on the disk, mapped stores included. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function emptyHeader(bootId: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(firstExtentWord * 8);
  const ints = new Int32Array(bytes.buffer);
  ints.set(magic, headerInt.magic);
  ints[headerInt.version] = layoutVersion;
  ints.set(bootId, headerInt.bootId);
  ints[headerInt.checksum] = crc32(bytes.subarray(0, checkedHeaderInts * 4)) | 0;
  ints[headerInt.state] = fileState.rebuild;
  return bytes;
}
