import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { createSqliteContent } from "../../content/sqlite-content";
import type { JournaledRecord, LogBatch, LogWriter } from "../log-store";
import { openGuarded } from "./damaged-log";
import { createDictionaryWriter } from "./dictionaries";
import { createFreeKeys, type FreeKeys } from "./free-keys";
import { createJournalPositions } from "./journal-positions";
import { createLabelWriter } from "./labels";
import { createPacking, type Packing, packSize } from "./packing";
import { createFeedWriter } from "./record-feed";
import { createSlotChargeWriter } from "./slot-charges";
import { createYoungRows, type YoungRecord } from "./young-rows";

/** Short: where the database is locked the journal is kept, and ingestion tries again. */
const busyTimeoutMs = 250;

/** Records that wait longer to be packed, so that those which started earlier and end later still come among them. */
const youngShare = 0.5;

/**
 * Opens the log database for ingestion; one that is damaged is set aside, `onSetAside` is told as what, and the next is made
 * in its place. Throws when it cannot be opened, migrated or written.
 */
export function openSqliteLogWriter(
  file: string,
  recordsPerPack = packSize,
  onSetAside: (aside: string) => void = () => {},
): LogWriter {
  const { database, inPlace, guard, check } = openGuarded(file, busyTimeoutMs, onSetAside);
  const assertInPlace = () => {
    if (!inPlace()) throw new Error(`Cannot write to ${file}: it was deleted or replaced while open`);
  };
  const write = guard(() => createWrite(database, recordsPerPack));
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
      const added = guard(() => write(batch));
      assertInPlace();
      return added;
    },
    positions: async () => guard(positions.read),
    forget: async (segments) => guard(() => positions.forget(segments)),
    check,
    close: () => database.close(),
  };
}

function createWrite(database: Database, recordsPerPack: number): (batch: LogBatch) => readonly RequestRecord[] {
  const keys = createFreeKeys(database);
  const packing = createPacking(database);
  const addRecords = createAddRecords(database, keys, packing);
  const enough = recordsPerPack * (1 + youngShare);
  const positions = createJournalPositions(database);
  const transaction = database.transaction((batch: LogBatch) => {
    if (keys.refresh()) packing.forget();
    const added = addRecords(batch.records);
    while (keys.young() >= enough) keys.packed(packing.pack(recordsPerPack)?.last ?? Number.POSITIVE_INFINITY);
    positions.write(batch.positions);
    return added;
  }).immediate;
  return (batch) => {
    try {
      return transaction(batch);
    } catch (error) {
      addRecords.forget();
      packing.forget();
      keys.forget();
      throw error;
    }
  };
}

/** Adds those that are not there and sums their charges up; returns them. */
function createAddRecords(database: Database, keys: FreeKeys, packing: Packing) {
  const young = createYoungRows(database);
  const dictionaries = createDictionaryWriter(database);
  const addLabels = createLabelWriter(database);
  const addToFeed = createFeedWriter(database);
  const charges = createSlotChargeWriter(database);
  const add = (records: readonly JournaledRecord[]): readonly RequestRecord[] => {
    const added: RequestRecord[] = [];
    const rows: YoungRecord[] = [];
    for (const { record, bytes } of records) {
      const key = keys.take(record.id);
      if (key === undefined) continue;
      const principal = dictionaries.principal(record);
      const requestClass = dictionaries.requestClass(record);
      rows.push({ key, principal, requestClass, bytes });
      packing.note({ key, principal, requestClass, record });
      added.push(record);
      addLabels(key, record);
      for (const charge of record.charges) charges.add(charge);
    }
    young.add(rows);
    charges.flush();
    addToFeed(rows.map(({ key }) => key));
    return added;
  };
  const forget = () => {
    dictionaries.forget();
    charges.forget();
  };
  return Object.assign(add, { forget });
}
