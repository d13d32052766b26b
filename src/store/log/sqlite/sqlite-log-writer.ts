import type { Database } from "bun:sqlite";
import type { IngestPosition, JournaledContent, LogBatch, LogWriter, StoredBody } from "../log-store";
import { openLogDatabase } from "./open-log-database";
import { insertRequest, requestValues } from "./request-row";

/** Short: who finds the database locked keeps the journal and tries again. */
const busyTimeoutMs = 250;

/** Opens the log database for ingestion. Throws when it cannot be opened, migrated or written. */
export function openSqliteLogWriter(file: string): LogWriter {
  const { database, inPlace } = openLogDatabase(file, { busyTimeoutMs });
  const assertInPlace = () => {
    if (!inPlace()) throw new Error(`Cannot write to ${file}: it was deleted or replaced while open`);
  };
  const write = createWrite(database);
  const readPositions = database.prepare<PositionRow, []>(
    "SELECT segment, identity, offset, sequence FROM journal_positions",
  );
  const forgetPosition = database.prepare("DELETE FROM journal_positions WHERE segment = ?");
  return {
    commit: async (batch) => {
      assertInPlace();
      write(batch);
      assertInPlace();
    },
    positions: async () => new Map(readPositions.all().map(({ segment, ...position }) => [segment, position])),
    forget: async (segments) => {
      database.transaction(() => {
        for (const segment of segments) forgetPosition.run(segment);
      })();
    },
    close: () => database.close(),
  };
}

type PositionRow = IngestPosition & { readonly segment: string };

function createWrite(database: Database): (batch: LogBatch) => void {
  const addRequest = database.prepare(insertRequest);
  const addContent = database.prepare("INSERT INTO contents VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
  const setPosition = database.prepare("INSERT OR REPLACE INTO journal_positions VALUES (?, ?, ?, ?)");
  return database.transaction((batch: LogBatch) => {
    for (const record of batch.records) addRequest.run(...requestValues(record));
    for (const content of batch.contents) addContent.run(...contentValues(content));
    for (const [segment, { identity, offset, sequence }] of batch.positions) {
      setPosition.run(segment, identity, offset, sequence);
    }
  }).immediate;
}

function contentValues({ id, request, response }: JournaledContent) {
  return [id, packed(request), request?.totalBytes ?? null, packed(response), response?.totalBytes ?? null];
}

/** Bodies are text and shrink to a third or less; level 1 takes 4 µs for a kilobyte. */
function packed(body: StoredBody | undefined): Uint8Array | null {
  return body === undefined ? null : Bun.zstdCompressSync(body.bytes, { level: 1 });
}
