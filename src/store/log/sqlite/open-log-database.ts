import type { Database } from "bun:sqlite";
import { watchPlace } from "#lib/watch-place";
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
    // Of a new file. Roll-up rows are long: 12 % smaller than with 4 KB, and 15 % less CPU for a record.
    "page_size = 8192",
    "journal_mode = WAL",
    "synchronous = FULL",
    "journal_size_limit = 67108864",
    // Pages that many batches change go into the database once: 32 MB of them.
    "wal_autocheckpoint = 4096",
    "cache_size = -32768",
  ];
  const database = openFile(file, pragmas, logMigrations);
  return { database, inPlace: watchPlace(file) };
}
