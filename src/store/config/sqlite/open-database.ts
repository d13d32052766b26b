import { Database } from "bun:sqlite";
import { chmodSync } from "node:fs";
import { migrate } from "../../log/sqlite/migrate";

/** Opens or creates a database file (mode 0600) and brings it up to the last migration. */
export function openDatabase(file: string, migrations: readonly string[]): Database {
  const database = new Database(file, { create: true, strict: true });
  try {
    if (file !== ":memory:") chmodSync(file, 0o600);
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = FULL");
    database.run("PRAGMA foreign_keys = ON");
    database.run("PRAGMA busy_timeout = 5000");
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
