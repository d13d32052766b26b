import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes the names of new and renamed files in a directory survive a power cut. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
