import type { Database } from "bun:sqlite";
import { dirname, join } from "node:path";
import { startOfId } from "#core/ids";
import type { StoredContent } from "#core/stored-content";
import { isId } from "../log/sqlite/record-key";
import { createContentFiles } from "./content-files";
import { type BlockPlace, createContentRows } from "./content-rows";
import { createContentsTable } from "./contents-table";
import { readBlock } from "./read-block";

/** Reads the bodies of many requests in their order: a block that several stand in is unpacked once. */
export type ContentScan = {
  /** The bodies are good until the next call. Undefined where none are kept or they cannot be read. */
  readonly read: (id: string) => Promise<StoredContent | undefined>;
  /** Bytes of bodies that were unpacked so far. */
  readonly bytes: () => number;
};

/** Requests that began at about the same time may have ended far apart. */
const keptBlocks = 8;

export function createContentScan(database: Database): ContentScan {
  const rows = createContentRows(database);
  const files = createContentFiles(join(dirname(database.filename), "content"));
  const table = createContentsTable(database);
  const blocks = new Map<string, ReadonlyMap<string, StoredContent>>();
  let bytes = 0;
  const blockAt = (place: BlockPlace): ReadonlyMap<string, StoredContent> => {
    const name = `${place.name} ${place.offset}`;
    const known = blocks.get(name);
    if (known !== undefined) return known;
    const contents = new Map(readBlock(files, place).contents.map((content) => [content.id, content]));
    for (const { request, response } of contents.values())
      bytes += (request?.bytes.length ?? 0) + (response?.bytes.length ?? 0);
    const [oldest] = blocks.keys();
    if (blocks.size >= keptBlocks && oldest !== undefined) blocks.delete(oldest);
    blocks.set(name, contents);
    return contents;
  };
  return {
    read: async (id) => {
      if (!isId(id) || startOfId(id) < rows.expiredBeforeMs()) return undefined;
      for (const place of rows.find(id)) {
        const found = blockAt(place).get(id);
        if (found !== undefined) return found;
      }
      return table.read(id);
    },
    bytes: () => bytes,
  };
}
