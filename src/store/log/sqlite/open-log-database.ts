import { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { migrate } from "./migrate";
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
  const database = new Database(file, { create: true, strict: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
    migrate(database, logMigrations);
    const inode = statSync(file).ino;
    return { database, inPlace: () => statSync(file, { throwIfNoEntry: false })?.ino === inode };
  } catch (error) {
    database.close();
    throw error;
  }
}
