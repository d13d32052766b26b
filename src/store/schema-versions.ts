import { migrations } from "./config/sqlite/migrations";
import { logMigrations } from "./log/sqlite/migrations";

/** Of the databases that this program writes. */
export const schemaVersions = { configuration: migrations.length, log: logMigrations.length } as const;
