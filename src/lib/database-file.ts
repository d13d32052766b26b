import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** What is amiss with a database's file, as far as its size and first bytes tell. */
export type FileState = "whole" | "gone" | "empty" | "no database" | "cut off";

const magic = "SQLite format 3\0";
const headerBytes = 100;

/** Looks at a database's file without opening the database. https://www.sqlite.org/fileformat.html § 1.3 */
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

/**
 * What is damaged, as far as it can be told without opening the database. A file that is shorter than it says is not, where its
 * write-ahead log may have the rest: while a checkpoint is under way, and as long as none can be finished on a full disk. What
 * has the database open notes what it knows better beside it.
 */
export function damageOf(file: string): Exclude<FileState, "whole"> | undefined {
  const state = databaseFileState(file);
  if (existsSync(damageMark(file))) return state === "whole" ? "no database" : state;
  if (state === "whole" || (state === "cut off" && existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0))
    return undefined;
  return state;
}

/** Lies beside a database that is open and was found to be damaged. */
export function damageMark(file: string): string {
  return `${file}.damaged`;
}

/** The count of pages holds only where the change counter beside it is that of the last change; a new file has none yet. */
function sizeBy(header: Buffer): number {
  const pageSize = header.readUInt16BE(16);
  const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 1;
  return Math.max(1, pages) * (pageSize === 1 ? 65_536 : pageSize);
}
