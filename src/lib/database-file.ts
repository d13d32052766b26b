import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** What is amiss with a database's file, as far as its size and first bytes tell. */
export type FileState = "whole" | "gone" | "empty" | "no database" | "cut off";

const magic = "SQLite format 3\0";
const headerBytes = 100;

/**
 * Looks at a database's file without opening the database. Under a running instance a file is shorter than it says for as
 * long as a checkpoint takes: only one that is `cut off` twice in a row is. https://www.sqlite.org/fileformat.html § 1.3
 */
export function databaseFileState(file: string): FileState {
  const header = Buffer.alloc(headerBytes);
  let size = 0;
  try {
    const fd = openSync(file, "r");
    try {
      ({ size } = fstatSync(fd));
      readSync(fd, header, 0, headerBytes, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return "gone";
  }
  if (size === 0) return "empty";
  if (header.toString("latin1", 0, magic.length) !== magic) return "no database";
  return size < sizeBy(header) ? "cut off" : "whole";
}

/** The count of pages holds only where the change counter beside it is that of the last change; a new file has none yet. */
function sizeBy(header: Buffer): number {
  const pageSize = header.readUInt16BE(16);
  const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 1;
  return Math.max(1, pages) * (pageSize === 1 ? 65_536 : pageSize);
}
