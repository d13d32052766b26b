import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { diskSpace } from "#telemetry/disk-space";

/** Bytes on disk, by what they hold. */
export type StorageUse = {
  readonly log: number;
  readonly content: number;
  readonly journal: number;
  readonly configuration: number;
  readonly ledger: number;
  readonly diskFree: number;
  readonly diskSize: number;
};

/** @param journalDir Where the journal is, which is in the data directory. */
export async function readStorageUse(dataDir: string, journalDir: string): Promise<StorageUse> {
  const files = await sizesIn(dataDir);
  const named = (start: string) => sum(files.filter(({ name }) => name.startsWith(start)));
  const { freeBytes, sizeBytes } = diskSpace(dataDir);
  return {
    log: named("logs.sqlite"),
    content: sum(await sizesIn(join(dataDir, "content"))),
    journal: sum(await sizesIn(journalDir)),
    configuration: named("config.sqlite"),
    ledger: named("ledger"),
    diskFree: freeBytes,
    diskSize: sizeBytes,
  };
}

type FileSize = { readonly name: string; readonly bytes: number };

/** Files come and go while they are looked at. What is allotted counts: segments are longer than what was written. */
async function sizesIn(directory: string): Promise<readonly FileSize[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ name }) => {
      const found = await stat(join(directory, name)).catch(() => undefined);
      return { name, bytes: (found?.blocks ?? 0) * 512 };
    }),
  );
}

function sum(files: readonly FileSize[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
