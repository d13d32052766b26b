import type { Database } from "bun:sqlite";

/**
 * Brings a database to the newest version of a schema; several processes may try at once. Throws when the database was
 * made by a newer Headgate. The version is SQLite's `user_version`: how many entries have been applied.
 */
export function migrate(database: Database, migrations: readonly string[]): void {
  if (schemaVersion(database) === migrations.length) return;
  database
    .transaction(() => {
      const version = schemaVersion(database);
      if (version > migrations.length) {
        throw new Error(
          `Cannot use ${database.filename}: its schema version is ${version}, this Headgate knows up to ${migrations.length}`,
        );
      }
      for (const migration of migrations.slice(version)) database.exec(migration);
      database.exec(`PRAGMA user_version = ${migrations.length}`);
    })
    .immediate();
}

function schemaVersion(database: Database): number {
  return database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}
