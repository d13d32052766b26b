import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { maskBytes } from "#lib/mask-secrets";
import type { IngestPosition, JournaledContent, JournaledRecord, LogBatch, LogWriter, StoredBody } from "../log-store";
import { carryOverFirstVersion } from "./carry-over";
import { createDictionaryWriter } from "./dictionaries";
import { openLogDatabase } from "./open-log-database";
import { keyOf, startOf } from "./record-key";
import { factValues, insertFacts } from "./request-row";
import { createRollupWriter } from "./rollup-rows";
import { createSlotChargeWriter } from "./slot-charges";

/** Short: who finds the database locked keeps the journal and tries again. */
const busyTimeoutMs = 250;

/** Opens the log database for ingestion. Throws when it cannot be opened, migrated or written. */
export function openSqliteLogWriter(file: string): LogWriter {
  const { database, inPlace } = openLogDatabase(file, { busyTimeoutMs });
  const assertInPlace = () => {
    if (!inPlace()) throw new Error(`Cannot write to ${file}: it was deleted or replaced while open`);
  };
  const write = createWrite(database);
  carryOverFirstVersion(database, (records) => write({ records, contents: [], positions: new Map() }));
  const readPositions = database.prepare<PositionRow, []>(
    "SELECT segment, identity, offset, sequence FROM journal_positions",
  );
  const forgetPosition = database.prepare("DELETE FROM journal_positions WHERE segment = ?");
  return {
    commit: async (batch) => {
      assertInPlace();
      const added = write(batch);
      assertInPlace();
      return added;
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

function createWrite(database: Database): (batch: LogBatch) => readonly RequestRecord[] {
  const addRecord = createAddRecord(database);
  const addContent = createAddContent(database);
  const setPosition = database.prepare("INSERT OR REPLACE INTO journal_positions VALUES (?, ?, ?, ?)");
  const transaction = database.transaction((batch: LogBatch) => {
    const added = batch.records.filter(addRecord.add).map(({ record }) => record);
    addRecord.flush();
    for (const content of batch.contents) addContent(content);
    for (const [segment, { identity, offset, sequence }] of batch.positions) {
      setPosition.run(segment, identity, offset, sequence);
    }
    return added;
  }).immediate;
  return (batch) => {
    try {
      return transaction(batch);
    } catch (error) {
      addRecord.forget();
      throw error;
    }
  };
}

/** True when the record was not there; only then it is summed up. */
function createAddRecord(database: Database) {
  const insert = createInsert(
    database,
    "INSERT INTO requests VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
    "requests",
  );
  const addFacts = database.prepare(insertFacts);
  const dictionaries = createDictionaryWriter(database);
  const rollups = createRollupWriter(database);
  const charges = createSlotChargeWriter(database);
  const parts = [rollups, charges];
  return {
    add: ({ record, json }: JournaledRecord): boolean => {
      const key = insert(record.id, [json]);
      if (key === undefined) return false;
      const principal = dictionaries.principal(record);
      const kind = dictionaries.kind(record);
      addFacts.run(...factValues(key, principal, kind, record));
      rollups.add(startOf(record.id), principal, kind, record);
      for (const charge of record.charges) charges.add(charge);
      return true;
    },
    flush: () => {
      for (const part of parts) part.flush();
    },
    forget: () => {
      for (const part of [dictionaries, ...parts]) part.forget();
    },
  };
}

function createAddContent(database: Database): (content: JournaledContent) => void {
  const insert = createInsert(
    database,
    "INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
    "contents",
  );
  return ({ id, request, response }) => {
    insert(id, [packed(request), request?.totalBytes ?? null, packed(response), response?.totalBytes ?? null]);
  };
}

type Value = string | number | Uint8Array | null;

/**
 * Inserts under the id's key or the next one that is free. What is there already stays: a record may be read from the
 * journal twice. Returns the key, undefined when the id is there.
 */
function createInsert(
  database: Database,
  sql: string,
  table: "requests" | "contents",
): (id: string, values: readonly Value[]) => number | undefined {
  const insert = database.prepare<unknown, Value[]>(sql);
  const idAt = database.prepare<{ id: string }, [number]>(`SELECT id FROM ${table} WHERE key = ?`);
  return (id, values) => {
    for (let key = keyOf(id); ; key++) {
      if (insert.run(key, id, ...values).changes > 0) return key;
      if (idAt.get(key)?.id === id) return undefined;
    }
  };
}

/** Secrets are masked; bodies are text and shrink to a third or less; level 1 takes 4 µs for a kilobyte. */
function packed(body: StoredBody | undefined): Uint8Array | null {
  return body === undefined ? null : Bun.zstdCompressSync(maskBytes(body.bytes), { level: 1 });
}
