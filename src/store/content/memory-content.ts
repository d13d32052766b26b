import { startOfId } from "#core/ids";
import type { StoredContent } from "#core/stored-content";
import type { ContentStore, ContentWriter } from "./content-store";

/** Bodies in memory, for tests and as what the other back ends are compared with. */
export function createMemoryContent(): ContentStore & ContentWriter {
  const contents = new Map<string, StoredContent>();
  return {
    keep: async (added) => {
      for (const content of added) if (!contents.has(content.id)) contents.set(content.id, content);
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
