import { existsSync, openSync } from "node:fs";
import type { Log } from "#telemetry/log";

/**
 * Keeps a file open, and gives a path under which other processes of this user can open it: its own, or where it was deleted
 * the name that Linux has for it while it is open. There a child that dies can have a successor, and all go on with one
 * ledger until the instance is stopped. A new start makes the ledger anew from the log.
 */
export function keepOpen(path: string, log: Log): () => string {
  const held = `/proc/${process.pid}/fd/${openSync(path, "r+")}`;
  return () => {
    if (existsSync(path) || !existsSync(held)) return path;
    log.error({ path }, "The ledger file was deleted, going on with it until Headgate is stopped and started");
    return held;
  };
}
