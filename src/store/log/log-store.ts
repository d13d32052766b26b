import type { RequestRecord } from "#core/record";
import type { ContentStore, ContentWriter } from "../content/content-store";
import type { IngestPositions } from "../ingest-position";
import type { CountAnswer, CountQuery } from "./count-query";
import type { LogFilter } from "./log-filter";
import type { RecordFeed } from "./record-feed";
import type { StatsAnswer, StatsQuery } from "./stats-query";

/** What the control plane reads and prunes. */
export type LogStore = {
  /** Records by the time they started, which their ids carry; newest first unless asked otherwise. */
  readonly list: (query: LogQuery) => Promise<LogPage>;
  /** Counts records by their values and by time, from the newest on, as far as it comes in the time of a list. */
  readonly count: (query: CountQuery) => Promise<CountAnswer>;
  /** One record. `id`: 32 hex digits. */
  readonly get: (id: string) => Promise<LogEntry | undefined>;
  /** A range is rounded to what is still told apart: minutes, or days. */
  readonly stats: (query: StatsQuery) => Promise<StatsAnswer>;
  /** What all records, those that were deleted included, have charged to ledger slots. */
  readonly slotCharges: () => Promise<readonly SlotCharge[]>;
  /** Writes corrections in one transaction; one of the same record is replaced. Records that are gone are passed over. */
  readonly correct: (corrections: readonly Correction[]) => Promise<void>;
  /**
   * One short transaction that deletes about `batch` rows of what is too old, or prepares that; zero means done.
   * Small, so that ingestion gets its turn between them.
   */
  readonly purge: (what: Purge, batch: number) => Promise<number>;
  /**
   * Sums up records, at most about so many thousands of them, by the hour and day for statistics, which are right without
   * it and quicker with it. Resolves with how much is left, zero when that is done.
   */
  readonly sumUp: (most: number) => Promise<number>;
  /** The bodies of its records. */
  readonly content: ContentStore;
  /** Its records as sinks read them. */
  readonly feed: RecordFeed;
  readonly close: () => void;
};

export type Purge =
  /** Records that started before. Their bodies go apart from them, see `ContentStore`. */
  | { readonly what: "records"; readonly beforeMs: number }
  /** What statistics tell minutes, or days, apart by. Facts stay as long as a record that they stand beside. */
  | { readonly what: "facts" | "days"; readonly beforeMs: number }
  /** Charges of periods before the newest three of a slot become one row: their sum. */
  | { readonly what: "old-charges" }
  /** Moves what stands in the write-ahead log into the database, as far as no reader is in the way. Returns zero. */
  | { readonly what: "write-ahead-log" };

export type LogQuery = {
  /** Started at or after; milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Started before. */
  readonly toMs?: number;
  readonly filters?: readonly LogFilter[];
  /** That stands in the request or the answer, as far as they are kept. */
  readonly text?: string;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly order?: "newest" | "oldest";
  /** By an amount in place of time, without `text`: the largest first, of equal ones the newest. */
  readonly rankedBy?: RankedBy;
};

/** What lists can be in the order of. */
export const rankedColumns = { costliest: "cost", slowest: "duration_ms" } as const;
export type RankedBy = keyof typeof rankedColumns;

export type LogPage = {
  readonly data: readonly RequestRecord[];
  /** Of records in `data`. */
  readonly corrections: readonly Correction[];
  /** Cursor of the following page; absent on the last one. */
  readonly next?: string;
  /** True when the search ended before the page was full, because it had looked for long enough; `next` goes on. */
  readonly partial?: true;
  /** Of a list by an amount that is about a part of its range: what began before was not looked at. Milliseconds since the epoch. */
  readonly lookedBackToMs?: number;
};

export type LogEntry = { readonly record: RequestRecord; readonly correction?: Correction };

/** What a request would have cost by other prices than those it was charged by. Stands beside its record. */
export type Correction = {
  readonly id: string;
  readonly atMs: number;
  /** Nano-dollars; absent when the record was unpriced. */
  readonly oldCost?: number;
  readonly oldPriceVersion?: string;
  readonly newCost: number;
  readonly newPriceVersion: string;
};

export type SlotCharge = {
  readonly slot: number;
  readonly tag: number;
  readonly period: number;
  readonly charged: number;
};

/** What ingestion writes. It has a connection of its own. */
export type LogWriter = {
  /**
   * Writes a batch in one transaction, roll-ups and slot charges included; on disk when it resolves. A record whose id is
   * there already is left as it is. Rejects with nothing written when the database is locked, full,
   * unwritable or was taken away. Resolves with the records that were not there before.
   */
  readonly commit: (batch: LogBatch) => Promise<readonly RequestRecord[]>;
  /** How far each journal segment has been ingested. */
  readonly positions: () => Promise<IngestPositions>;
  /** Drops the positions of segments that are no longer there. */
  readonly forget: (segments: readonly string[]) => Promise<void>;
  /** Where bodies go, apart from the records. */
  readonly content: ContentWriter;
  /** Throws where it was damaged while open, and is to be opened anew. Left out where there is no file. */
  readonly check?: () => void;
  readonly close: () => void;
};

export type LogBatch = {
  readonly records: readonly JournaledRecord[];
  readonly positions: IngestPositions;
};

/** A record and the bytes that it was read from, with what only a newer version knows of it. */
export type JournaledRecord = { readonly record: RequestRecord; readonly bytes: Uint8Array };

/** Why a query is not carried out though nothing is broken: too many wait, or it asks for too much. */
export class LogQueryRefused extends Error {
  readonly reason: "busy" | "too-long";

  constructor(reason: LogQueryRefused["reason"], message: string) {
    super(message);
    this.name = "LogQueryRefused";
    this.reason = reason;
  }
}
