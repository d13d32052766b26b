/** Each runs once, in order, in a transaction of its own; `user_version` counts them. Append only. */
export const migrations: readonly string[] = [
  `CREATE TABLE facts (
     name TEXT PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT;
   CREATE TABLE sealed (
     name TEXT PRIMARY KEY,
     value BLOB NOT NULL
   ) STRICT;
   CREATE TABLE providers (
     position INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     config BLOB NOT NULL
   ) STRICT;
   CREATE TABLE provider_keys (
     position INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     provider TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
     name TEXT NOT NULL,
     value BLOB NOT NULL,
     weight REAL NOT NULL,
     models TEXT,
     UNIQUE (provider, name)
   ) STRICT;
   CREATE TABLE routes (
     position INTEGER PRIMARY KEY,
     alias TEXT NOT NULL UNIQUE,
     config TEXT NOT NULL
   ) STRICT;
   CREATE TABLE virtual_keys (
     id TEXT PRIMARY KEY,
     hash TEXT NOT NULL UNIQUE,
     hint TEXT NOT NULL,
     name TEXT NOT NULL,
     spec TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     revoked_at_ms INTEGER
   ) STRICT, WITHOUT ROWID;
   CREATE UNIQUE INDEX virtual_key_names ON virtual_keys (name) WHERE revoked_at_ms IS NULL;
   CREATE TABLE file_keys (
     name TEXT PRIMARY KEY,
     hash TEXT NOT NULL,
     hint TEXT NOT NULL
   ) STRICT;
   CREATE TABLE slots (
     key_id TEXT PRIMARY KEY,
     slot INTEGER NOT NULL,
     tag INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];
