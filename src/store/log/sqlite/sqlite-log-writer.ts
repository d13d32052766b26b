import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { createSqliteContent } from "../../content/sqlite-content";
import type { JournaledRecord, LogBatch, LogWriter } from "../log-store";
import { createDictionaryWriter } from "./dictionaries";
import { createInsertById } from "./insert-by-id";
import { createIsPacked } from "./is-packed";
import { createJournalPositions } from "./journal-positions";
import { createLabelWriter } from "./labels";
import { openLogDatabase } from "./open-log-database";
import { createPacking, packSize } from "./packing";
import { createFeedWriter } from "./record-feed";
import { createSlotChargeWriter } from "./slot-charges";

/** Short: where the database is locked the journal is kept, and ingestion tries again. */
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
  const content = createSqliteContent(database);
  const positions = createJournalPositions(database);
  return {
    content: {
      keep: async (contents, read) => {
        assertInPlace();
        await content.keep(contents, read);
      },
    },
    commit: async (batch) => {
      assertInPlace();
      const added = write(batch);
      assertInPlace();
      return added;
    },
    positions: async () => positions.read(),
    forget: async (segments) => positions.forget(segments),
    close: () => database.close(),
  };
}

function createWrite(database: Database, recordsPerPack: number): (batch: LogBatch) => readonly RequestRecord[] {
  const addRecord = createAddRecord(database);
  const pack = createPackingWhenMany(database, recordsPerPack);
  const positions = createJournalPositions(database);
  const transaction = database.transaction((batch: LogBatch) => {
    const added = batch.records.filter(addRecord.add).map(({ record }) => record);
    addRecord.flush();
    pack(added.length);
    positions.write(batch.positions);
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
  /** An upper bound of how many there are: a purge packs, too, on another connection. */
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
  const insert = createInsertById(database, 3, isPacked);
  const dictionaries = createDictionaryWriter(database);
  const addLabels = createLabelWriter(database);
  const addToFeed = createFeedWriter(database);
  let added: number[] = [];
  const charges = createSlotChargeWriter(database);
  return {
    add: ({ record, json }: JournaledRecord): boolean => {
      const key = insert(record.id, [dictionaries.principal(record), dictionaries.requestClass(record), json]);
      if (key === undefined) return false;
      addLabels(key, record);
      added.push(key);
      for (const charge of record.charges) charges.add(charge);
      return true;
    },
    flush: () => {
      charges.flush();
      addToFeed(added);
      added = [];
    },
    forget: () => {
      added = [];
      dictionaries.forget();
      charges.forget();
    },
  };
}
