import type { Database } from "bun:sqlite";
import type { Migration } from "../../sqlite/migrate";
import { createYoungRows } from "./young-rows";

/**
 * The log database's schema: each entry takes it one version further. Entries are added, never changed.
 * `docs/internals/logs.md` says why it is as it is.
 */
export const logMigrations: readonly Migration[] = [
  `CREATE TABLE requests (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    principal INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    record TEXT NOT NULL
  );
  CREATE TABLE packs (
    id INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    size INTEGER NOT NULL,
    gone INTEGER NOT NULL
  );
  CREATE TABLE pack_columns (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE pack_records (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE labels (
    day INTEGER NOT NULL,
    label TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (day, label, key)
  ) WITHOUT ROWID;
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
    principal INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    old_cost INTEGER,
    old_price_version TEXT,
    new_cost INTEGER NOT NULL,
    new_price_version TEXT NOT NULL
  );
  CREATE TABLE rollups (
    view INTEGER NOT NULL,
    day INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    cells BLOB NOT NULL,
    PRIMARY KEY (view, day, owner)
  ) WITHOUT ROWID;
  CREATE TABLE slot_charges (
    slot INTEGER NOT NULL,
    tag INTEGER NOT NULL,
    period INTEGER NOT NULL,
    charged INTEGER NOT NULL,
    PRIMARY KEY (slot, tag, period)
  ) WITHOUT ROWID;
  CREATE TABLE journal_positions (
    segment TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    offset INTEGER NOT NULL,
    sequence INTEGER NOT NULL
  );`,
  // What readers of their own pace (sinks) have not read yet; empty while there are none.
  `CREATE TABLE feed_readers (
    name TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    history_key INTEGER,
    history_end INTEGER
  );
  CREATE TABLE feed (sequence INTEGER PRIMARY KEY AUTOINCREMENT, key INTEGER NOT NULL);`,
  // Bodies go into files from here on. What stands in `contents` is read until it is too old.
  `CREATE TABLE content_state (identity TEXT NOT NULL, expired_before_ms INTEGER NOT NULL);
  INSERT INTO content_state VALUES (lower(hex(randomblob(4))), 0);
  CREATE TABLE content_files (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE,
    length INTEGER NOT NULL
  );
  CREATE TABLE content_blocks (
    span INTEGER NOT NULL,
    file INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    tags BLOB NOT NULL,
    PRIMARY KEY (span, file, offset)
  ) WITHOUT ROWID;
  CREATE TABLE content_erasures (
    file INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (file, offset)
  ) WITHOUT ROWID;`,
  youngInRowsOfMany,
  // Packs that are there are summed up bit by bit, and read from their facts until then.
  `CREATE TABLE cubes (
    cube INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    at INTEGER NOT NULL,
    block INTEGER NOT NULL,
    cells BLOB NOT NULL,
    PRIMARY KEY (cube, unit, at, block)
  ) WITHOUT ROWID;
  CREATE TABLE cube_state (packed INTEGER NOT NULL);
  INSERT INTO cube_state VALUES (0);`,
  // Rows of a pack hold 64 records from here on. A version that looks for them sixteen by sixteen refuses the file.
  () => undefined,
  // Days that are over get there bit by bit; a version that looks for their hours in `cubes` alone refuses the file.
  // Not WITHOUT ROWID: with a kilobyte of every long row in its inner pages a tree is as deep as it is wide.
  `CREATE TABLE closed_days (
    id INTEGER PRIMARY KEY,
    cube INTEGER NOT NULL,
    day INTEGER NOT NULL,
    first INTEGER NOT NULL,
    cells BLOB NOT NULL
  );
  CREATE UNIQUE INDEX closed_days_place ON closed_days (day, cube, first);`,
];

/**
 * Young records of one commit in one row. Those that are there, at most 12,288, become one. They stay JSON, and so do
 * those that were packed: readers know both.
 */
function youngInRowsOfMany(database: Database): void {
  database.run("CREATE TABLE young (id INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL)");
  const old = database.query<OldRow, []>("SELECT key, principal, kind, record FROM requests ORDER BY key").all();
  createYoungRows(database).add(
    old.map(({ key, principal, kind, record }) => {
      return { key, principal, requestClass: kind, bytes: new TextEncoder().encode(record) };
    }),
  );
  database.run("DROP TABLE requests");
}

type OldRow = { readonly key: number; readonly principal: number; readonly kind: number; readonly record: string };
