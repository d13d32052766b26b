import type { Database } from "bun:sqlite";
import type { Purge } from "../log-store";
import { type Level, levelMs, levels } from "../time-buckets";
import { keyFrom } from "./record-key";
import { foldOldCharges } from "./slot-charges";

const levelOf = { minutes: "minute", hours: "hour", days: "day" } as const;

export function createPurge(database: Database): (what: Purge, batch: number) => number {
  const run = database.transaction(step).immediate;
  return (what, batch) => {
    if (what.what !== "write-ahead-log") return run(database, what, batch);
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return 0;
  };
}

function step(database: Database, purge: Purge, batch: number): number {
  switch (purge.what) {
    case "records":
      return purgeRecords(database, keyFrom(purge.beforeMs), batch);
    case "minutes":
    case "hours":
    case "days":
      return purgeRollups(database, levelOf[purge.what], purge.beforeMs, batch);
    case "old-charges":
      return foldOldCharges(database, batch);
    case "write-ahead-log":
      return 0;
  }
}

function purgeRecords(database: Database, before: number, batch: number): number {
  const last = database
    .query<{ key: number | null; rows: number }, [number, number]>(
      "SELECT max(key) AS key, count(*) AS rows FROM (SELECT key FROM requests WHERE key < ? ORDER BY key LIMIT ?)",
    )
    .get(before, batch);
  // Bodies whose record never came go when no record is left before them.
  if (last === null || last.key === null) return deleteOldest(database, "contents", before, batch);
  for (const table of ["contents", "corrections", "facts", "requests"] as const) {
    database.query(`DELETE FROM ${table} WHERE key <= ?`).run(last.key);
  }
  return last.rows;
}

function deleteOldest(database: Database, table: "contents", before: number, batch: number): number {
  return database
    .query(`DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE key < ? ORDER BY key LIMIT ?)`)
    .run(before, batch).changes;
}

function purgeRollups(database: Database, level: Level, beforeMs: number, batch: number): number {
  const number = levels.indexOf(level);
  const before = Math.floor(beforeMs / levelMs[level]);
  return database
    .query(
      `DELETE FROM rollups WHERE (level, bucket, owner) IN
      (SELECT level, bucket, owner FROM rollups WHERE level = ? AND bucket < ? ORDER BY bucket, owner LIMIT ?)`,
    )
    .run(number, before, batch).changes;
}
