import type { Database } from "bun:sqlite";
import { dirname, join } from "node:path";
import { createBlockContent } from "./block-content";
import { createContentFiles } from "./content-files";
import type { ContentStore, ContentWriter } from "./content-store";
import { createContentsTable } from "./contents-table";

/** Bodies of a log database: in files beside it, and in a table of it those that an earlier version kept. */
export function createSqliteContent(database: Database): ContentStore & ContentWriter {
  const blocks = createBlockContent(database, createContentFiles(join(dirname(database.filename), "content")));
  const table = createContentsTable(database);
  return {
    keep: blocks.keep,
    read: async (id) => (await blocks.read(id)) ?? (await table.read(id)),
    remove: async (id) => {
      const removed = await Promise.all([blocks.remove(id), table.remove(id)]);
      return removed.includes(true);
    },
    expire: async (beforeMs, batch) => (await blocks.expire(beforeMs, batch)) || (await table.expire(beforeMs, batch)),
  };
}
