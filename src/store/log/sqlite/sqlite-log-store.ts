import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import type { LogPage, LogQuery, LogStore, StoredBody } from "../log-store";
import { openLogDatabase } from "./open-log-database";

const busyTimeoutMs = 2000;

/**
 * Opens the log database for the control plane: reading, and deleting what is too old. A database that was deleted or
 * replaced is opened anew. Throws when it cannot be opened.
 */
export function openSqliteLogStore(file: string): LogStore {
  let connection = connect(file);
  const current = () => {
    if (!connection.inPlace()) {
      connection.close();
      connection = connect(file);
    }
    return connection;
  };
  return {
    list: async (query) => current().list(query),
    get: async (id) => current().get(id),
    purge: async (beforeMs, batch) => current().purge(beforeMs, batch),
    close: () => connection.close(),
  };
}

function connect(file: string): LogStore & { readonly inPlace: () => boolean } {
  const { database, inPlace } = openLogDatabase(file, { busyTimeoutMs });
  const getRequest = database.prepare<{ record: string }, [string]>("SELECT record FROM requests WHERE id = ?");
  const getContent = database.prepare<ContentRow, [string]>("SELECT * FROM contents WHERE id = ?");
  const purge = createPurge(database);
  const pages = { newest: createPage(database, "newest"), oldest: createPage(database, "oldest") };
  return {
    list: async (query) => pages[query.order ?? "newest"](query),
    get: async (id) => {
      const row = getRequest.get(id);
      if (row === null) return undefined;
      const content = getContent.get(id);
      const request = body(content?.request, content?.request_bytes);
      const response = body(content?.response, content?.response_bytes);
      return { record: readJson(row.record), ...(request && { request }), ...(response && { response }) };
    },
    purge: async (beforeMs, batch) => purge(idFrom(beforeMs), batch),
    close: () => database.close(),
    inPlace,
  };
}

type ContentRow = {
  readonly request: Uint8Array | null;
  readonly request_bytes: number | null;
  readonly response: Uint8Array | null;
  readonly response_bytes: number | null;
};

function createPage(database: Database, order: "newest" | "oldest"): (query: LogQuery) => LogPage {
  // The cursor narrows the range of ids from the side where the page before ended.
  const [from, to, direction] = order === "newest" ? [">=", "<", "DESC"] : [">", "<", "ASC"];
  const select = database.prepare<{ id: string; record: string }, [string, string, number]>(
    `SELECT id, record FROM requests WHERE id ${from} ? AND id ${to} ? ORDER BY id ${direction} LIMIT ?`,
  );
  return ({ fromMs, toMs, after, limit }) => {
    const first = fromMs === undefined ? "" : idFrom(fromMs);
    const end = toMs === undefined ? "g" : idFrom(toMs);
    const low = order === "oldest" && after !== undefined && after > first ? after : first;
    const high = order === "newest" && after !== undefined && after < end ? after : end;
    const rows = select.all(low, high, limit + 1);
    const data = rows.slice(0, limit).map((row) => readJson(row.record));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { data, ...(last && { next: last.id }) };
  };
}

function createPurge(database: Database): (beforeId: string, batch: number) => number {
  const oldest = database.prepare<{ id: string }, [string, number]>(
    "SELECT id FROM requests WHERE id < ? ORDER BY id LIMIT ?",
  );
  const deleteRequests = database.prepare("DELETE FROM requests WHERE id <= ?");
  const deleteContents = database.prepare("DELETE FROM contents WHERE id <= ?");
  const orphans = database.prepare("DELETE FROM contents WHERE id IN (SELECT id FROM contents WHERE id < ? LIMIT ?)");
  return database.transaction((beforeId: string, batch: number) => {
    const ids = oldest.all(beforeId, batch);
    const last = ids.at(-1);
    // Bodies whose record never came go when no record is left before them.
    if (last === undefined) return orphans.run(beforeId, batch).changes;
    deleteContents.run(last.id);
    deleteRequests.run(last.id);
    return ids.length;
  }).immediate;
}

/** The lowest id of a request that started at this time: ids begin with 12 hex digits of milliseconds. */
function idFrom(timeMs: number): string {
  return Math.max(0, Math.ceil(timeMs)).toString(16).padStart(12, "0");
}

function readJson(json: string): RequestRecord {
  const record: RequestRecord = JSON.parse(json);
  return record;
}

function body(bytes: Uint8Array | null | undefined, totalBytes: number | null | undefined): StoredBody | undefined {
  if (bytes == null || totalBytes == null) return undefined;
  return { bytes: Bun.zstdDecompressSync(bytes), totalBytes };
}
