import type { Database } from "bun:sqlite";
import type { StoredBody, StoredContent } from "#core/stored-content";
import type { IngestPositions } from "../ingest-position";
import { createInsertById } from "../log/sqlite/insert-by-id";
import { createJournalPositions } from "../log/sqlite/journal-positions";
import { createFindKey, keyFrom } from "../log/sqlite/record-key";
import type { ContentStore, ContentWriter } from "./content-store";
import { maskContent } from "./mask-content";

/**
 * Bodies in the table `contents` of the log database, which a migration of the log made. Level 1 of zstd takes 4 µs for
 * a kilobyte, and bodies are text that shrinks to a third or less.
 */
export function createSqliteContent(database: Database): ContentStore & ContentWriter {
  const insert = createInsertById(database, "contents", 4);
  const findKey = createFindKey(database, "contents");
  const get = database.prepare<Row, [number]>("SELECT * FROM contents WHERE key = ?");
  const remove = database.prepare("DELETE FROM contents WHERE key = ?");
  const expire = database.prepare(
    "DELETE FROM contents WHERE key IN (SELECT key FROM contents WHERE key < ? ORDER BY key LIMIT ?)",
  );
  const journalPositions = createJournalPositions(database);
  const keep = database.transaction((contents: readonly StoredContent[], positions: IngestPositions) => {
    for (const { id, request, response } of contents.map(maskContent)) {
      insert(id, [packed(request), request?.totalBytes ?? null, packed(response), response?.totalBytes ?? null]);
    }
    journalPositions.write(positions);
  }).immediate;
  return {
    keep: async (contents, positions) => keep(contents, positions),
    read: async (id) => {
      const key = findKey(id);
      const row = key === undefined ? null : get.get(key);
      return row === null ? undefined : contentOf(id, row);
    },
    remove: async (id) => {
      const key = findKey(id);
      return key !== undefined && remove.run(key).changes > 0;
    },
    expire: async (beforeMs, batch) => expire.run(keyFrom(beforeMs), batch).changes,
  };
}

type Row = {
  readonly request: Uint8Array | null;
  readonly request_bytes: number | null;
  readonly response: Uint8Array | null;
  readonly response_bytes: number | null;
};

function contentOf(id: string, row: Row): StoredContent {
  const request = unpacked(row.request, row.request_bytes);
  const response = unpacked(row.response, row.response_bytes);
  return { id, ...(request !== undefined && { request }), ...(response !== undefined && { response }) };
}

function packed(body: StoredBody | undefined): Uint8Array | null {
  return body === undefined ? null : Bun.zstdCompressSync(body.bytes, { level: 1 });
}

function unpacked(bytes: Uint8Array | null, totalBytes: number | null): StoredBody | undefined {
  return bytes === null || totalBytes === null ? undefined : { bytes: Bun.zstdDecompressSync(bytes), totalBytes };
}
