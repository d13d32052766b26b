import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import type { JournaledRecord } from "../log-store";
import { keyOf } from "./record-key";

const step = 1000;

/** Moves what the first version of the schema kept into the tables of today, step by step; a kill loses nothing. */
export function carryOverFirstVersion(database: Database, write: (records: readonly JournaledRecord[]) => void): void {
  const present = database.query("SELECT 1 FROM sqlite_schema WHERE name = 'requests_1'");
  if (present.get() === null) return;
  const next = database.prepare<{ id: string; record: string }, [number]>(
    "SELECT id, record FROM requests_1 ORDER BY id LIMIT ?",
  );
  for (let rows = next.all(step); rows.length > 0; rows = next.all(step)) {
    write(rows.map(({ record }) => ({ record: readRecord(record), json: record })));
    const last = rows.at(-1)?.id ?? "";
    database.transaction(() => {
      moveContents(database, last);
      database.run("DELETE FROM requests_1 WHERE id <= ?", [last]);
    })();
  }
  database.run("DROP TABLE requests_1");
  database.run("DROP TABLE contents_1");
}

function moveContents(database: Database, last: string): void {
  const ids = database.query<{ id: string }, [string]>("SELECT id FROM contents_1 WHERE id <= ?").all(last);
  for (const { id } of ids) {
    database.run(
      `INSERT OR IGNORE INTO contents SELECT ?, id, request, request_bytes, response, response_bytes
      FROM contents_1 WHERE id = ?`,
      [keyOf(id), id],
    );
  }
  database.run("DELETE FROM contents_1 WHERE id <= ?", [last]);
}

function readRecord(json: string): RequestRecord {
  const record: RequestRecord = JSON.parse(json);
  return record;
}
