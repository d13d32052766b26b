import { join } from "node:path";
import { damageOf } from "#lib/database-file";

const files = ["config.sqlite", "logs.sqlite"];
/** What is deleted is put back sooner. */
const patienceMs = 3000;

/**
 * Names the databases of a data directory whose files have been gone, cut off or overwritten for three seconds, each time that
 * it is asked. Opens none: a worker, which uses neither, can tell of both.
 */
export function watchDatabases(dataDir: string, nowMs: () => number): () => readonly string[] {
  const sinceMs = new Map<string, number>();
  return () =>
    files.flatMap((name) => {
      const state = damageOf(join(dataDir, name));
      if (state === undefined) {
        sinceMs.delete(name);
        return [];
      }
      const since = sinceMs.get(name) ?? nowMs();
      sinceMs.set(name, since);
      return nowMs() - since < patienceMs ? [] : [`${name} is damaged (${state})`];
    });
}
