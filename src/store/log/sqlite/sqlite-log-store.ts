import type { Database } from "bun:sqlite";
import { createSqliteContent } from "../../content/sqlite-content";
import type { LogPage, LogQuery, LogStore } from "../log-store";
import { createCorrectionReader, createCorrectionWriter } from "./corrections";
import { createCounts } from "./counts";
import { createCubeBuilder } from "./cubes/cube-builder";
import { createDictionaryReader } from "./dictionaries";
import { createFindRecord, type FindRecord } from "./find-record";
import { createFindLabelled } from "./labels";
import { openLogDatabase } from "./open-log-database";
import { createPacks } from "./packs";
import { createPurge } from "./purge";
import { createRankedSearch, type RankedSearch } from "./ranked-search";
import { createRecordFeed } from "./record-feed";
import { createSearch, defaultScanBudget, type FoundAt, type ScanBudget, type Search } from "./search";
import { readSlotCharges } from "./slot-charges";
import { createStats } from "./stats";
import { createTextSearch, defaultTextBudget, type TextBudget } from "./text-search";

const busyTimeoutMs = 2000;

/**
 * Opens the log database for the control plane: reading, correcting, and deleting what is too old. A database that was
 * deleted or replaced is opened anew. Throws when it cannot be opened.
 */
export function openSqliteLogStore(
  file: string,
  budget: ScanBudget = defaultScanBudget,
  textBudget: TextBudget = defaultTextBudget,
): LogStore {
  let connection = connect(file, budget, textBudget);
  const current = () => {
    if (!connection.inPlace()) {
      connection.close();
      connection = connect(file, budget, textBudget);
    }
    return connection;
  };
  return {
    list: async (query) => current().list(query),
    count: async (query) => current().count(query),
    get: async (id) => current().get(id),
    stats: async (query) => current().stats(query),
    slotCharges: async () => current().slotCharges(),
    correct: async (corrections) => current().correct(corrections),
    purge: async (what, batch) => current().purge(what, batch),
    sumUp: async (most) => current().sumUp(most),
    content: {
      read: async (id) => current().content.read(id),
      remove: async (id) => current().content.remove(id),
      expire: async (beforeMs, batch) => current().content.expire(beforeMs, batch),
    },
    feed: {
      open: async (reader, from) => current().feed.open(reader, from),
      next: async (reader, limit) => current().feed.next(reader, limit),
      advance: async (reader, place) => current().feed.advance(reader, place),
      retain: async (readers) => current().feed.retain(readers),
    },
    close: () => connection.close(),
  };
}

function connect(
  file: string,
  budget: ScanBudget,
  textBudget: TextBudget,
): LogStore & { readonly inPlace: () => boolean } {
  const { database, inPlace } = openLogDatabase(file, { busyTimeoutMs });
  const dictionaries = createDictionaryReader(database);
  const packs = createPacks(database);
  const findRecord = createFindRecord(packs);
  const stats = createStats(database, packs, dictionaries);
  const correct = createCorrectionWriter(database, findRecord);
  const sumUp = createCubeBuilder(database, dictionaries);
  const purge = createPurge(database, packs);
  const findLabelled = createFindLabelled(database);
  const searchParts = { packs, dictionaries, findRecord, findLabelled };
  const search = createSearch(searchParts, budget);
  const count = createCounts(database, searchParts, budget);
  const list = createList(database, search, createRankedSearch(searchParts, budget));
  const searchText = createTextSearch(database, list, textBudget);
  const get = createGet(database, findRecord);
  return {
    list: async (query) => (query.text === undefined ? list(query) : searchText(query, query.text)),
    count: async (query) => count(query),
    get: async (id) => get(id),
    stats: async (query) => stats(query),
    slotCharges: async () => readSlotCharges(database),
    correct: async (corrections) => correct(corrections),
    purge: async (what, batch) => purge(what, batch),
    sumUp: async (most) => sumUp(most),
    content: createSqliteContent(database),
    feed: createRecordFeed(database, search, packs),
    close: () => database.close(),
    inPlace,
  };
}

function createList(database: Database, search: Search, rank: RankedSearch): (query: LogQuery) => LogPage {
  const correction = createCorrectionReader(database);
  const pageOf = (records: readonly FoundAt[]) => ({
    data: records.map(({ record }) => record),
    corrections: records.flatMap(({ key, record }) => correction(record.id, key) ?? []),
  });
  // What is found is still there when it is read.
  return database.transaction((query: LogQuery): LogPage => {
    if (query.rankedBy !== undefined) {
      const { records, ...rest } = rank(query, query.rankedBy);
      return { ...pageOf(records), ...rest };
    }
    const { records, next, partial } = search(query);
    return {
      ...pageOf(records),
      ...(next !== undefined && { next: partial ? `key:${next}` : (records.at(-1)?.record.id ?? `key:${next}`) }),
      ...(partial && { partial }),
    };
  });
}

function createGet(database: Database, findRecord: FindRecord) {
  const readCorrection = createCorrectionReader(database);
  return (id: string) => {
    const found = findRecord(id);
    if (found === undefined) return undefined;
    const correction = readCorrection(id, found.key);
    return { record: found.record, ...(correction !== undefined && { correction }) };
  };
}
