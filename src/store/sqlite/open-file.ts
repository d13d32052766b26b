import { Database } from "bun:sqlite";
import { chmodSync, closeSync, openSync } from "node:fs";
import { messageOf } from "#lib/message-of";
import { type Migration, migrate } from "./migrate";

/**
 * Opens or creates a database that only its owner can read, and brings it up to the last migration. SQLite gives the
 * files that it keeps beside it the mode of the database itself, so that comes first. Throws, naming the file.
 */
export function openFile(file: string, pragmas: readonly string[], migrations: readonly Migration[]): Database {
  let database: Database | undefined;
  try {
    if (file !== ":memory:") makePrivate(file);
    database = new Database(file, { create: true, strict: true });
    for (const pragma of pragmas) database.run(`PRAGMA ${pragma}`);
    migrate(database, migrations);
    return database;
  } catch (error) {
    database?.close();
    const reason = messageOf(error);
    if (reason.startsWith("Cannot ")) throw error;
    throw new Error(
      `Cannot use the database ${file}: ${reason}; a healthy SQLite file (or a backup of it) and room on its disk are needed`,
      {
        cause: error,
      },
    );
  }
}

function makePrivate(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}
