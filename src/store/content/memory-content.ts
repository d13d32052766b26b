import { startOfId } from "#core/ids";
import type { StoredContent } from "#core/stored-content";
import type { IngestPositions } from "../ingest-position";
import type { ContentStore, ContentWriter } from "./content-store";
import { maskContent } from "./mask-content";

/** Bodies in memory, for tests and as what the other back ends are compared with. */
export function createMemoryContent(setPositions: (positions: IngestPositions) => void): ContentStore & ContentWriter {
  const contents = new Map<string, StoredContent>();
  return {
    keep: async (added, positions) => {
      for (const content of added) if (!contents.has(content.id)) contents.set(content.id, maskContent(content));
      setPositions(positions);
    },
    read: async (id) => contents.get(id),
    remove: async (id) => contents.delete(id),
    expire: async (beforeMs, batch) => {
      const expired = [...contents.keys()].filter((id) => startOfId(id) < beforeMs).toSorted();
      for (const id of expired.slice(0, batch)) contents.delete(id);
      return Math.min(expired.length, batch);
    },
  };
}
