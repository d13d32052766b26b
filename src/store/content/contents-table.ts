import type { Database } from "bun:sqlite";
import type { StoredBody, StoredContent } from "#core/stored-content";
import { createFindKey, keyFrom } from "../log/sqlite/record-key";
import type { ContentStore } from "./content-store";

/** Bodies that an earlier version kept in the table `contents`. Nothing is added to it; the last go when they are too old. */
export function createContentsTable(database: Database): ContentStore {
  const findKey = createFindKey(database, "contents");
  const get = database.prepare<Row, [number]>("SELECT * FROM contents WHERE key = ?");
  const remove = database.prepare("DELETE FROM contents WHERE key = ?");
  const expire = database.prepare(
    "DELETE FROM contents WHERE key IN (SELECT key FROM contents WHERE key < ? ORDER BY key LIMIT ?)",
  );
  return {
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

function unpacked(bytes: Uint8Array | null, totalBytes: number | null): StoredBody | undefined {
  return bytes === null || totalBytes === null ? undefined : { bytes: Bun.zstdDecompressSync(bytes), totalBytes };
}
