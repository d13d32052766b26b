import { statfsSync } from "node:fs";

export type DiskSpace = {
  /** What a process without privileges may still write. */
  readonly freeBytes: number;
  readonly sizeBytes: number;
};

/** Of the file system that holds `path`. Throws when there is no such path. */
export function diskSpace(path: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
