import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { maskBytes } from "#lib/mask-secrets";
import type { IngestPosition, JournaledContent, JournaledRecord, LogBatch, LogWriter, StoredBody } from "../log-store";
import { createDictionaryWriter } from "./dictionaries";
import { createIsPacked, type IsTaken } from "./is-packed";
import { createLabelWriter } from "./labels";
import { openLogDatabase } from "./open-log-database";
import { createPacking, packSize } from "./packing";
import { keyOf } from "./record-key";
import { createSlotChargeWriter } from "./slot-charges";

/** Short: who finds the database locked keeps the journal and tries again. */
const busyTimeoutMs = 250;

/** Records that wait longer to be packed, so that those which started earlier and end later still come among them. */
const youngShare = 0.5;

/** Opens the log database for ingestion. Throws when it cannot be opened, migrated or written. */
export function openSqliteLogWriter(file: string, recordsPerPack = packSize): LogWriter {
  const { database, inPlace } = openLogDatabase(file, { busyTimeoutMs });
  const assertInPlace = () => {
    if (!inPlace()) throw new Error(`Cannot write to ${file}: it was deleted or replaced while open`);
  };
  const write = createWrite(database, recordsPerPack);
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

function createWrite(database: Database, recordsPerPack: number): (batch: LogBatch) => readonly RequestRecord[] {
  const addRecord = createAddRecord(database);
  const pack = createPackingWhenMany(database, recordsPerPack);
  const addContent = createAddContent(database);
  const setPosition = database.prepare("INSERT OR REPLACE INTO journal_positions VALUES (?, ?, ?, ?)");
  const transaction = database.transaction((batch: LogBatch) => {
    const added = batch.records.filter(addRecord.add).map(({ record }) => record);
    addRecord.flush();
    pack(added.length);
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
      pack.forget();
      throw error;
    }
  };
}

/** Takes how many records were added, and packs the oldest when there are enough. */
function createPackingWhenMany(database: Database, recordsPerPack: number) {
  const count = database.prepare<{ count: number }, []>("SELECT count(*) AS count FROM requests");
  const pack = createPacking(database);
  const enough = recordsPerPack * (1 + youngShare);
  /** At least as many as there are: a purge packs, too, and nobody tells. */
  let young: number | undefined;
  const packed = (added: number) => {
    const most = young === undefined ? enough : young + added;
    young = most < enough ? most : (count.get()?.count ?? 0);
    while (young >= enough) young -= pack(recordsPerPack);
  };
  return Object.assign(packed, { forget: () => (young = undefined) });
}

/** True when the record was not there; only then it is summed up. */
function createAddRecord(database: Database) {
  const isPacked = createIsPacked(database);
  const insert = createInsert(
    database,
    "INSERT INTO requests VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
    "requests",
    isPacked,
  );
  const dictionaries = createDictionaryWriter(database);
  const addLabels = createLabelWriter(database);
  const charges = createSlotChargeWriter(database);
  return {
    add: ({ record, json }: JournaledRecord): boolean => {
      const key = insert(record.id, [dictionaries.principal(record), dictionaries.requestClass(record), json]);
      if (key === undefined) return false;
      addLabels(key, record);
      for (const charge of record.charges) charges.add(charge);
      return true;
    },
    flush: () => charges.flush(),
    forget: () => {
      dictionaries.forget();
      charges.forget();
    },
  };
}

function createAddContent(database: Database): (content: JournaledContent) => void {
  const insert = createInsert(
    database,
    "INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
    "contents",
    () => "no",
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
  isElsewhere: IsTaken,
): (id: string, values: readonly Value[]) => number | undefined {
  const insert = database.prepare<unknown, Value[]>(sql);
  const idAt = database.prepare<{ id: string }, [number]>(`SELECT id FROM ${table} WHERE key = ?`);
  return (id, values) => {
    for (let key = keyOf(id); ; key++) {
      const taken = isElsewhere(key, id);
      if (taken === "by itself") return undefined;
      if (taken === "by another") continue;
      if (insert.run(key, id, ...values).changes > 0) return key;
      if (idAt.get(key)?.id === id) return undefined;
    }
  };
}

/** Secrets are masked; bodies are text and shrink to a third or less; level 1 takes 4 µs for a kilobyte. */
function packed(body: StoredBody | undefined): Uint8Array | null {
  return body === undefined ? null : Bun.zstdCompressSync(maskBytes(body.bytes), { level: 1 });
}
