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
  `CREATE TABLE audit_events (
     position INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     at_ms INTEGER NOT NULL,
     actor TEXT NOT NULL,
     action TEXT NOT NULL,
     resource_type TEXT NOT NULL,
     resource_id TEXT NOT NULL,
     resource_name TEXT,
     changes TEXT NOT NULL,
     client TEXT,
     user_agent TEXT,
     request_id TEXT,
     previous_hash TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE TABLE kept_answers (
     actor TEXT NOT NULL,
     key TEXT NOT NULL,
     fingerprint TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     answer BLOB NOT NULL,
     PRIMARY KEY (actor, key)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX kept_answer_times ON kept_answers (at_ms);
   ALTER TABLE virtual_keys ADD COLUMN previous_hash TEXT;
   ALTER TABLE virtual_keys ADD COLUMN previous_until_ms INTEGER;
   CREATE UNIQUE INDEX virtual_key_previous_hashes ON virtual_keys (previous_hash) WHERE previous_hash IS NOT NULL;`,
  `ALTER TABLE slots RENAME COLUMN key_id TO owner;
   ALTER TABLE slots ADD COLUMN created_at_ms INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE scopes (
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     spec TEXT NOT NULL,
     PRIMARY KEY (kind, name)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE overrides (
     limit_id TEXT PRIMARY KEY,
     amount INTEGER NOT NULL,
     until_ms INTEGER NOT NULL,
     reason TEXT,
     created_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE top_ups (
     id TEXT PRIMARY KEY,
     limit_id TEXT NOT NULL,
     amount INTEGER NOT NULL,
     note TEXT,
     created_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX top_ups_of_limits ON top_ups (limit_id, id);
   CREATE TABLE events (
     id TEXT PRIMARY KEY,
     at_ms INTEGER NOT NULL,
     limit_id TEXT NOT NULL,
     scope_kind TEXT NOT NULL,
     scope_name TEXT NOT NULL,
     unit TEXT NOT NULL,
     period INTEGER NOT NULL,
     period_start_ms INTEGER NOT NULL,
     period_end_ms INTEGER,
     threshold REAL NOT NULL,
     spent INTEGER NOT NULL,
     allowance INTEGER NOT NULL,
     UNIQUE (limit_id, period, threshold)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX event_ends ON events (period_end_ms);`,
  // All facts are JSON.
  "UPDATE facts SET value = json_quote(value) WHERE name IN ('admin_token_hash', 'config_file_hash')",
  `CREATE TABLE saved_views (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     query TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE record_notes (
     id TEXT PRIMARY KEY,
     bookmarked INTEGER NOT NULL,
     note TEXT,
     at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX bookmarks ON record_notes (id) WHERE bookmarked = 1;`,
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     hash TEXT NOT NULL UNIQUE,
     owner TEXT NOT NULL,
     principal TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     seen_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL,
     begun_from TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX session_owners ON sessions (owner);`,
  // Of limits that are gone and may come back.
  `ALTER TABLE slots ADD COLUMN released_at_ms INTEGER;
   CREATE INDEX released_slots ON slots (released_at_ms, owner) WHERE released_at_ms IS NOT NULL;`,
  "INSERT INTO facts (name, value) VALUES ('audit_to_seal', 'true')",
  // Whoever writes into the file could set that mark again: `audit-seal.ts` goes by what the master key has sealed.
  "DELETE FROM facts WHERE name = 'audit_to_seal'",
];
