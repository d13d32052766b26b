import type { RequestRecord } from "#core/record";

/** What the control plane reads and prunes. */
export type LogStore = {
  /** Records by the time they started, which their ids carry; newest first unless asked otherwise. */
  readonly list: (query: LogQuery) => Promise<LogPage>;
  /** One record with its bodies, as far as they were kept. `id`: 32 hex digits. */
  readonly get: (id: string) => Promise<LogEntry | undefined>;
  /**
   * Deletes up to `batch` records, with their bodies, that started before `beforeMs`; returns how many. Zero means done.
   * One call is one short transaction, so that ingestion gets its turn between them.
   */
  readonly purge: (beforeMs: number, batch: number) => Promise<number>;
  readonly close: () => void;
};

export type LogQuery = {
  /** Started at or after; milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Started before. */
  readonly toMs?: number;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly order?: "newest" | "oldest";
};

export type LogPage = {
  readonly data: readonly RequestRecord[];
  /** Cursor of the following page; absent on the last one. */
  readonly next?: string;
};

export type LogEntry = {
  readonly record: RequestRecord;
  readonly request?: StoredBody;
  readonly response?: StoredBody;
};

/** A body as far as it was kept, and how long it was. */
export type StoredBody = { readonly bytes: Uint8Array; readonly totalBytes: number };

/** What ingestion writes. It has a connection of its own. */
export type LogWriter = {
  /**
   * Writes a batch in one transaction; on disk when it resolves. A record or content whose id is there already is left
   * as it is. Rejects with nothing written when the database is locked, full, unwritable or was taken away.
   */
  readonly commit: (batch: LogBatch) => Promise<void>;
  /** How far each journal segment has been ingested, by file name. */
  readonly positions: () => Promise<ReadonlyMap<string, IngestPosition>>;
  /** Drops the positions of segments that are no longer there. */
  readonly forget: (segments: readonly string[]) => Promise<void>;
  readonly close: () => void;
};

export type LogBatch = {
  readonly records: readonly JournaledRecord[];
  readonly contents: readonly JournaledContent[];
  /** By segment file name. */
  readonly positions: ReadonlyMap<string, IngestPosition>;
};

/** A record and the JSON text that it was read from. */
export type JournaledRecord = { readonly record: RequestRecord; readonly json: string };

export type JournaledContent = { readonly id: string; readonly request?: StoredBody; readonly response?: StoredBody };

export type IngestPosition = {
  /** Tells the segment from an older one of the same name. */
  readonly identity: string;
  readonly offset: number;
  readonly sequence: number;
};
