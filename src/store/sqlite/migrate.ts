import type { Database } from "bun:sqlite";
import packageJson from "../../../package.json" with { type: "json" };

/** SQL, or what SQL alone cannot say: runs within the transaction. */
export type Migration = string | ((database: Database) => void);

/**
 * Brings a database to the newest version of a schema; several processes may try at once. The version is SQLite's
 * `user_version`: how many entries have been applied. A table says which Headgate applied them. Throws when that was a
 * newer one than this, whose columns this one cannot know, and names it.
 */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  if (schemaVersion(database) === migrations.length) return;
  database
    .transaction(() => {
      const version = schemaVersion(database);
      if (version > migrations.length) throw new Error(tooNew(database, version, migrations.length));
      for (const migration of migrations.slice(version)) {
        if (typeof migration === "string") database.exec(migration);
        else migration(database);
      }
      database.exec(`PRAGMA user_version = ${migrations.length}`);
      database.exec(
        `CREATE TABLE IF NOT EXISTS ${writers} (schema_version INTEGER PRIMARY KEY, headgate TEXT NOT NULL) STRICT`,
      );
      database.run(`INSERT OR REPLACE INTO ${writers} VALUES (?, ?)`, [migrations.length, packageJson.version]);
    })
    .immediate();
}

const writers = "schema_writers";

function tooNew(database: Database, version: number, known: number): string {
  const writer = writerOf(database, version);
  const made = `${writer === undefined ? "a newer Headgate" : `Headgate ${writer}`} made its schema version ${version}`;
  return `Cannot use ${database.filename}: ${made}, this is Headgate ${packageJson.version} and knows up to ${known}; start the newer one, or restore a backup of the data directory from before the upgrade`;
}

function writerOf(database: Database, version: number): string | undefined {
  const hasTable = database.query("SELECT 1 FROM sqlite_schema WHERE name = ?").get(writers) !== null;
  if (!hasTable) return undefined;
  const select = database.query<{ headgate: string }, [number]>(
    `SELECT headgate FROM ${writers} WHERE schema_version = ?`,
  );
  return select.get(version)?.headgate;
}

function schemaVersion(database: Database): number {
  return database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}
