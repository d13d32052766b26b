import type { Database } from "bun:sqlite";
import { databaseFileState } from "#lib/database-file";

/**
 * Whether an open database's file is whole. One that is shorter than it says is judged once what its write-ahead log has was
 * brought into it: so is a file while a checkpoint is under way, and for as long as one cannot be finished because the disk is
 * full. Undefined where that cannot be told now.
 */
export function isWholeFile(database: Database, file: string): boolean | undefined {
  const state = databaseFileState(file);
  if (state !== "cut off") return state === "whole" || state === "gone";
  return checkpoint(database) ? databaseFileState(file) === "whole" : undefined;
}

/** True where all of the log was brought into the file. */
function checkpoint(database: Database): boolean {
  try {
    const done = database
      .query<{ busy: number; log: number; checkpointed: number }, []>("PRAGMA wal_checkpoint(PASSIVE)")
      .get();
    return done !== null && done.busy === 0 && done.log === done.checkpointed;
  } catch {
    return false;
  }
}
