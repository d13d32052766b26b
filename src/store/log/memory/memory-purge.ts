import { startOfId } from "#core/ids";
import type { Purge } from "../log-store";
import { dayMs } from "../time-buckets";
import type { MemoryLogData } from "./memory-log-data";

/** Facts are few enough here to stay until their days go. */
export function purge({ facts, readable, corrections, charges }: MemoryLogData, what: Purge, batch: number): number {
  switch (what.what) {
    case "records": {
      const old = before(readable, what.beforeMs).slice(0, batch);
      for (const id of old) readable.delete(id);
      return old.length;
    }
    case "days": {
      const firstKeptMs = Math.floor(what.beforeMs / dayMs) * dayMs;
      const old = before(facts.keys(), firstKeptMs).filter((id) => !readable.has(id));
      for (const id of old.slice(0, batch)) {
        facts.delete(id);
        corrections.delete(id);
      }
      return Math.min(old.length, batch);
    }
    case "old-charges":
      return charges.fold(batch);
    case "facts":
    case "write-ahead-log":
      return 0;
  }
}

function before(ids: Iterable<string>, ms: number): readonly string[] {
  return [...ids].filter((id) => startOfId(id) < ms).toSorted();
}
