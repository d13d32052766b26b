import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";

export type ContentFiles = {
  /** The path as messages name it. */
  readonly nameOf: (file: string) => string;
  /**
   * Writes behind the first `length` bytes of a file, on disk when it returns; what stood there was never kept. With a
   * length of zero it makes the file. False when the file is gone or shorter than that.
   */
  readonly append: (file: string, length: number, bytes: Buffer) => boolean;
  /** Throws what the file system throws, and where the file ends before. */
  readonly read: (file: string, offset: number, length: number) => Buffer;
  /** Writes zeros over a range, on disk when it returns. Where the file is gone there is nothing to do. */
  readonly erase: (file: string, offset: number, length: number) => void;
  readonly list: () => readonly string[];
  readonly remove: (file: string) => void;
};

/** The files of kept bodies in a directory, which is made with the first of them. Nobody but the owner may read them. */
export function createContentFiles(directory: string): ContentFiles {
  const path = (file: string) => join(directory, file);
  const nameOf = (file: string) => join(basename(directory), file);
  return {
    nameOf,
    append: (file, length, bytes) => {
      if (length === 0) mkdirSync(directory, { recursive: true, mode: 0o700 });
      const created = length === 0 ? constants.O_CREAT | constants.O_TRUNC : 0;
      const write = (fd: number) => {
        const { size } = fstatSync(fd);
        if (size < length) return false;
        if (size > length) ftruncateSync(fd, length);
        writeAll(fd, bytes, length);
        fdatasyncSync(fd);
        return true;
      };
      if (!unlessMissing(() => withFile(path(file), constants.O_WRONLY | created, write), false)) return false;
      if (length === 0) withFile(directory, constants.O_RDONLY, fsyncSync);
      return true;
    },
    read: (file, offset, length) => {
      const bytes = Buffer.allocUnsafe(length);
      const read = withFile(path(file), constants.O_RDONLY, (fd) => readSync(fd, bytes, 0, length, offset));
      if (read < length) throw new Error(`it ends after ${offset + read} bytes`);
      return bytes;
    },
    erase: (file, offset, length) => {
      const zeros = (fd: number) => {
        writeAll(fd, Buffer.alloc(length), offset);
        fdatasyncSync(fd);
      };
      unlessMissing(() => withFile(path(file), constants.O_WRONLY, zeros), undefined);
    },
    list: () => unlessMissing(() => readdirSync(directory), []),
    remove: (file) => rmSync(path(file), { force: true }),
  };
}

function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags, 0o600);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

function unlessMissing<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  }
}
