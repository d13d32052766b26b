import type { Database } from "bun:sqlite";
import type { Purge } from "../log-store";
import { lowerBound } from "../pack";
import { dayMs } from "../time-buckets";
import { deleteClosedDays } from "./cubes/closed-days";
import { deleteCubes, forgetDeletedPacks } from "./cubes/cube-rows";
import { deleteLabels } from "./labels";
import { createPackReader, createPackTrimmer, deletePack, type PackRow } from "./pack-rows";
import { createPacking, packSize } from "./packing";
import type { Packs } from "./packs";
import { deleteFromFeed } from "./record-feed";
import { keyFrom, timeOfKey } from "./record-key";
import { foldOldCharges } from "./slot-charges";

export function createPurge(database: Database, packs: Packs): (what: Purge, batch: number) => number {
  const purgeRecords = createRecordPurge(database, packs);
  const step = (purge: Purge, batch: number): number => {
    switch (purge.what) {
      case "records":
        return purgeRecords(purge.beforeMs, batch);
      case "facts":
        return (
          purgeFacts(database, keyFrom(purge.beforeMs), batch) ||
          deleteCubes(database, oldestFacts(database, purge.beforeMs), batch) ||
          deleteClosedDays(database, Math.floor(oldestFacts(database, purge.beforeMs) / dayMs), batch)
        );
      case "days":
        return purgeDays(database, Math.floor(purge.beforeMs / dayMs), batch);
      case "old-charges":
        return foldOldCharges(database, batch);
      case "write-ahead-log":
        return 0;
    }
  };
  const run = database.transaction(step).immediate;
  return (what, batch) => {
    if (what.what !== "write-ahead-log") return run(what, batch);
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return 0;
  };
}

/** Facts outlive their records: what is not packed yet is packed first. */
function createRecordPurge(database: Database, packs: Packs): (beforeMs: number, batch: number) => number {
  const oldestFull = database.prepare<PackRow, [number]>(
    "SELECT * FROM packs WHERE first < ? AND gone < size ORDER BY first",
  );
  const packing = createPacking(database);
  const read = createPackReader(database);
  const trim = createPackTrimmer(database);
  const packYoung = () => {
    const packed = packing.pack(packSize);
    packing.forget();
    return packed?.count ?? 0;
  };
  return (beforeMs, batch) => {
    const before = keyFrom(beforeMs);
    const young = packs.young();
    if (young !== undefined && young.first < before) return packYoung();
    for (const row of oldestFull.all(before)) {
      const end = Math.min(lowerBound(read(row).keys(), before), row.gone + batch);
      if (end <= row.gone) continue;
      trim(row, end);
      return end - row.gone;
    }
    return deleteLabels(database, beforeMs, batch) || deleteFromFeed(database, before, batch);
  };
}

/** Of packs whose records are gone, with their corrections. */
function purgeFacts(database: Database, before: number, batch: number): number {
  const pack = database
    .query<PackRow, [number]>("SELECT * FROM packs WHERE last < ? AND gone = size ORDER BY last LIMIT 1")
    .get(before);
  if (pack === null) return 0;
  const corrections = database
    .query(
      "DELETE FROM corrections WHERE key IN (SELECT key FROM corrections WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?)",
    )
    .run(pack.first, pack.last, batch).changes;
  if (corrections > 0) return corrections;
  deletePack(database, pack.id);
  forgetDeletedPacks(database);
  return pack.size;
}

/** Cubes go no earlier than the facts that they are sums of. */
function oldestFacts(database: Database, beforeMs: number): number {
  const oldest = database.query<{ first: number | null }, []>("SELECT min(first) AS first FROM packs").get()?.first;
  return oldest === null || oldest === undefined ? beforeMs : Math.min(beforeMs, timeOfKey(oldest));
}

function purgeDays(database: Database, before: number, batch: number): number {
  return database
    .query(
      `DELETE FROM rollups WHERE (view, day, owner) IN
      (SELECT view, day, owner FROM rollups WHERE view IN (0, 1, 2) AND day < ? ORDER BY view, day, owner LIMIT ?)`,
    )
    .run(before, batch).changes;
}
