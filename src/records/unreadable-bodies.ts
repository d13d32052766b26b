import type { ContentStore } from "#store/content/content-store";
import type { Log } from "#telemetry/log";

/** How many different reasons are told; after that they are only counted. */
const maxTold = 1000;

/** Counts the bodies that were kept and cannot be read any more, and says once of each place why. */
export function noteUnreadable(content: ContentStore, log: Pick<Log, "error">) {
  const told = new Set<string>();
  let count = 0;
  return {
    content: {
      ...content,
      read: async (id) => {
        const found = await content.read(id);
        const reason = found?.unreadable;
        if (reason === undefined) return found;
        count += 1;
        if (told.size < maxTold && !told.has(reason)) {
          told.add(reason);
          log.error({ id, reason }, "Cannot read kept bodies");
        }
        return found;
      },
    } satisfies ContentStore,
    count: () => count,
  };
}
