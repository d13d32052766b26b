import type { Database } from "bun:sqlite";
import type { FeedPage, RecordFeed } from "../record-feed";
import { recordsAt } from "./find-record";
import type { Packs } from "./packs";
import type { Search } from "./search";

/**
 * A reader's row. While `history_key` is there it reads what was stored before it was opened, by key, up to
 * `history_end`; then the table `feed`, which has the keys of all records stored since, from `sequence` on.
 */
type Reader = {
  readonly sequence: number;
  readonly history_key: number | null;
  readonly history_end: number | null;
};

export function createRecordFeed(database: Database, search: Search, packs: Packs): RecordFeed {
  const find = database.prepare<Reader, [string]>(
    "SELECT sequence, history_key, history_end FROM feed_readers WHERE name = ?",
  );
  const readerOf = (name: string): Reader => {
    const reader = find.get(name);
    if (reader === null) throw new Error(`Cannot read the records for ${name}: it was not opened`);
    return reader;
  };
  const live = createLivePages(database, packs);
  const next = database.transaction((name: string, limit: number): FeedPage => {
    const reader = readerOf(name);
    return reader.history_key === null ? live(reader, limit) : historyPage(search, reader, limit, live.left(reader));
  });
  const open = createOpen(database, packs);
  const move = database.prepare(
    "UPDATE feed_readers SET sequence = coalesce(?, sequence), history_key = ? WHERE name = ?",
  );
  const advance = database.transaction((name: string, place: string) => {
    readerOf(name);
    const { sequence, historyKey } = parsePlace(place);
    move.run(sequence, historyKey, name);
    if (sequence !== null) deleteRead(database);
  }).immediate;
  const retain = database.transaction((names: readonly string[]) => {
    database.run("DELETE FROM feed_readers WHERE name NOT IN (SELECT value FROM json_each(?))", [
      JSON.stringify(names),
    ]);
    deleteRead(database);
  }).immediate;
  return {
    open: async (reader, from) => open(reader, from),
    next: async (reader, limit) => next(reader, limit),
    advance: async (reader, place) => advance(reader, place),
    retain: async (readers) => retain(readers),
  };
}

function createOpen(database: Database, packs: Packs): RecordFeed["open"] {
  const insert = database.prepare("INSERT OR IGNORE INTO feed_readers VALUES (?, ?, ?, ?)");
  const packed = database.prepare<{ last: number | null }, []>("SELECT max(last) AS last FROM packs");
  const newest = (): number | null => {
    const ends = [packed.get()?.last ?? null, packs.young()?.last ?? null].filter((end) => end !== null);
    return ends.length === 0 ? null : Math.max(...ends);
  };
  const open = database.transaction((name: string, from: "now" | "beginning") => {
    const end = from === "beginning" ? newest() : null;
    insert.run(name, lastSequence(database), end === null ? null : Number.MIN_SAFE_INTEGER, end);
  }).immediate;
  return async (name, from) => open(name, from);
}

function historyPage(search: Search, reader: Reader, limit: number, left: number): FeedPage {
  const found = search({ order: "oldest", after: `key:${reader.history_key}`, limit });
  const records = found.records.filter(({ key }) => key <= (reader.history_end ?? 0));
  const isDone = found.next === undefined || records.length < found.records.length;
  const place = isDone ? `live:${reader.sequence}` : `history:${found.next}`;
  return { records: records.map(({ record }) => record), place, missed: 0, left };
}

function createLivePages(database: Database, packs: Packs) {
  const following = database.prepare<{ sequence: number; key: number }, [number, number]>(
    "SELECT sequence, key FROM feed WHERE sequence > ? ORDER BY sequence LIMIT ?",
  );
  const left = ({ sequence }: Reader) => lastSequence(database) - sequence;
  const page = (reader: Reader, limit: number): FeedPage => {
    const rows = following.all(reader.sequence, limit);
    const records = recordsAt(
      packs,
      rows.map(({ key }) => key),
    );
    const sequence = rows.at(-1)?.sequence ?? reader.sequence;
    // Rows that are gone had been there: sequences have no gaps of their own.
    const missed = sequence - reader.sequence - records.length;
    return { records, place: `live:${sequence}`, missed, left: left({ ...reader, sequence }) };
  };
  return Object.assign(page, { left });
}

/** Notes the keys of added records, where a reader wants them. To be used within the transaction that adds them. */
export function createFeedWriter(database: Database): (keys: readonly number[]) => void {
  const isRead = database.prepare<{ some: number }, []>("SELECT EXISTS (SELECT 1 FROM feed_readers) AS some");
  const insert = database.prepare("INSERT INTO feed (key) VALUES (?)");
  return (keys) => {
    if (isRead.get()?.some === 1) for (const key of keys) insert.run(key);
  };
}

/** Deletes what stands for records that started before the key and are gone. Returns how many, at most `batch`. */
export function deleteFromFeed(database: Database, before: number, batch: number): number {
  const old = "SELECT sequence FROM feed WHERE key < ? ORDER BY sequence LIMIT ?";
  return database.run(`DELETE FROM feed WHERE sequence IN (${old})`, [before, batch]).changes;
}

function deleteRead(database: Database): void {
  database.run("DELETE FROM feed WHERE sequence <= coalesce((SELECT min(sequence) FROM feed_readers), sequence)");
}

function lastSequence(database: Database): number {
  return database.query<{ seq: number }, []>("SELECT seq FROM sqlite_sequence WHERE name = 'feed'").get()?.seq ?? 0;
}

/** `live:` and a sequence, or `history:` and a key. */
function parsePlace(place: string): { readonly sequence: number | null; readonly historyKey: number | null } {
  const [, phase, number] = /^(live|history):(-?\d{1,16})$/.exec(place) ?? [];
  if (number === undefined) throw new Error(`Cannot move a reader of records to ${place}: that is no place`);
  return phase === "live"
    ? { sequence: Number(number), historyKey: null }
    : { sequence: null, historyKey: Number(number) };
}
