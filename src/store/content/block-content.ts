import type { Database } from "bun:sqlite";
import { startOfId } from "#core/ids";
import type { StoredBody, StoredContent } from "#core/stored-content";
import type { IngestPositions } from "../ingest-position";
import { createJournalPositions } from "../log/sqlite/journal-positions";
import { isId } from "../log/sqlite/record-key";
import type { ContentFiles } from "./content-files";
import { type ContentRows, createContentRows } from "./content-rows";
import { dayOfFile } from "./content-spans";
import type { ContentStore, ContentWriter } from "./content-store";
import { readBlock } from "./read-block";
import { createNewBlocks, type NewBlock, writeBlocks } from "./write-blocks";

/**
 * Bodies in files, one for each day (UTC) that their requests started on, as blocks that rows of the log database point
 * to. Whoever writes to a file holds the database's write lock, and a row says how far the file counts: so files and rows
 * go together, whatever dies when.
 */
export function createBlockContent(database: Database, files: ContentFiles): ContentStore & ContentWriter {
  const rows = createContentRows(database);
  const newBlocks = createNewBlocks();
  const journalPositions = createJournalPositions(database);
  const keep = database.transaction((blocks: readonly NewBlock[], positions: IngestPositions) => {
    writeBlocks(blocks, rows, files);
    journalPositions.write(positions);
  }).immediate;
  const takeOut = database.transaction((id: string) => takeOutOfBlocks(id, { rows, files, newBlocks })).immediate;
  const expireRows = database.transaction(rows.expire).immediate;
  const expireFiles = database.transaction(rows.expireFiles).immediate;
  return {
    keep: async (contents, positions) => keep(newBlocks(contents), positions),
    read: async (id) => (isId(id) ? read(id, rows, files) : undefined),
    remove: async (id) => {
      const found = isId(id) && takeOut(id);
      eraseRemoved(rows, files);
      return found;
    },
    expire: async (beforeMs, batch) => {
      eraseRemoved(rows, files);
      const gone = expireRows(beforeMs, batch);
      if (gone > 0) return gone;
      const dayEnd = expireFiles(beforeMs);
      // By their names: some may be of a database that was lost.
      for (const file of files.list()) if ((dayOfFile(file) ?? dayEnd) < dayEnd) files.remove(file);
      return 0;
    },
  };
}

/** Twice: a block that is read while bodies are taken out of it stands somewhere else by then. */
function read(id: string, rows: ContentRows, files: ContentFiles): StoredContent | undefined {
  if (startOfId(id) < rows.expiredBeforeMs()) return undefined;
  const first = find(id, rows, files);
  const found = first?.unreadable === undefined ? first : find(id, rows, files);
  if (found === undefined) return undefined;
  const { request, response, ...rest } = found;
  return { ...rest, ...(request && { request: copyOf(request) }), ...(response && { response: copyOf(response) }) };
}

function find(id: string, rows: ContentRows, files: ContentFiles): StoredContent | undefined {
  let unreadable: string | undefined;
  for (const place of rows.find(id)) {
    const { contents, problem } = readBlock(files, place);
    const found = contents.find((content) => content.id === id);
    if (found !== undefined) return found;
    unreadable ??= problem;
  }
  return unreadable === undefined ? undefined : { id, unreadable };
}

/** Of its own, so that the rest of the block can be freed. */
function copyOf({ bytes, totalBytes }: StoredBody): StoredBody {
  return { bytes: new Uint8Array(bytes), totalBytes };
}

type Parts = {
  readonly rows: ContentRows;
  readonly files: ContentFiles;
  readonly newBlocks: ReturnType<typeof createNewBlocks>;
};

/** Writes what else was in its block anew and leaves the old range to be erased. */
function takeOutOfBlocks(id: string, { rows, files, newBlocks }: Parts): boolean {
  let found = false;
  for (const place of rows.find(id)) {
    const { contents, problem } = readBlock(files, place);
    if (problem !== undefined) throw new Error(`Cannot remove the bodies of ${id}: ${problem}`);
    if (!contents.some((content) => content.id === id)) continue;
    found = true;
    rows.remove(
      contents.map((content) => content.id),
      place,
    );
    writeBlocks(newBlocks(contents.filter((content) => content.id !== id)), rows, files);
  }
  return found && startOfId(id) >= rows.expiredBeforeMs();
}

/** Also what a crash left: a range is noted by the transaction that took it out, and forgotten once it is zeros. */
function eraseRemoved(rows: ContentRows, files: ContentFiles): void {
  for (const range of rows.erasures()) {
    files.erase(range.name, range.offset, range.length);
    rows.erased(range);
  }
}
