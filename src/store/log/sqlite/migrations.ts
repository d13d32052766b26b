/**
 * The log database's schema: each entry takes it one version further. Entries are added, never changed.
 * `docs/internals/logs.md` says why it is as it is.
 */
export const logMigrations: readonly string[] = [
  // Of its first form, what later entries need.
  `CREATE TABLE requests (id TEXT PRIMARY KEY, record TEXT NOT NULL);
  CREATE TABLE contents (
    id TEXT PRIMARY KEY,
    request BLOB,
    request_bytes INTEGER,
    response BLOB,
    response_bytes INTEGER
  );
  CREATE TABLE journal_positions (
    segment TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    offset INTEGER NOT NULL,
    sequence INTEGER NOT NULL
  );`,
  // What the first version kept is carried over by the writer, which can sum it up.
  `ALTER TABLE requests RENAME TO requests_1;
  ALTER TABLE contents RENAME TO contents_1;
  CREATE TABLE requests (key INTEGER PRIMARY KEY, id TEXT NOT NULL, record TEXT NOT NULL);
  CREATE TABLE facts (
    key INTEGER PRIMARY KEY,
    principal INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    duration_ms REAL,
    first_token_ms REAL,
    tokens INTEGER,
    cost_nanodollars INTEGER,
    attempts INTEGER,
    estimated INTEGER,
    finish_reason TEXT,
    price_version TEXT,
    request_id TEXT,
    trace_id TEXT,
    sdk TEXT,
    user_agent TEXT
  );
  CREATE INDEX facts_by_principal ON facts (principal);
  CREATE INDEX facts_by_kind ON facts (kind);
  CREATE INDEX facts_by_request_id ON facts (request_id) WHERE request_id IS NOT NULL;
  CREATE INDEX facts_by_trace_id ON facts (trace_id) WHERE trace_id IS NOT NULL;
  CREATE TABLE principals (id INTEGER PRIMARY KEY, fields TEXT NOT NULL UNIQUE);
  CREATE TABLE kinds (id INTEGER PRIMARY KEY, fields TEXT NOT NULL UNIQUE);
  CREATE TABLE contents (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    request BLOB,
    request_bytes INTEGER,
    response BLOB,
    response_bytes INTEGER
  );
  CREATE TABLE corrections (
    key INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    old_cost INTEGER,
    old_price_version TEXT,
    new_cost INTEGER NOT NULL,
    new_price_version TEXT NOT NULL
  );
  CREATE TABLE rollups (
    level INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    cells BLOB NOT NULL,
    PRIMARY KEY (level, bucket, owner)
  ) WITHOUT ROWID;
  CREATE TABLE slot_charges (
    slot INTEGER NOT NULL,
    tag INTEGER NOT NULL,
    period INTEGER NOT NULL,
    charged INTEGER NOT NULL,
    PRIMARY KEY (slot, tag, period)
  ) WITHOUT ROWID;`,
];
