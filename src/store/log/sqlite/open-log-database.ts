import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { openFile } from "../../sqlite/open-file";
import { logMigrations } from "./migrations";

export type LogDatabase = {
  readonly database: Database;
  /** False when the file under the connection was deleted or replaced: SQLite would go on writing into the void. */
  readonly inPlace: () => boolean;
};

/**
 * Opens the log database, making or migrating it where needed. WAL, so that readers and the writer do not wait for each
 * other; `synchronous = FULL`, so that a commit is on disk when it returns and a journal segment may be deleted after it.
 */
export function openLogDatabase(file: string, options: { readonly busyTimeoutMs: number }): LogDatabase {
  const pragmas = [
    `busy_timeout = ${options.busyTimeoutMs}`,
    "journal_mode = WAL",
    "synchronous = FULL",
    "journal_size_limit = 67108864",
  ];
  const database = openFile(file, pragmas, logMigrations);
  const inode = statSync(file).ino;
  return { database, inPlace: () => statSync(file, { throwIfNoEntry: false })?.ino === inode };
}
