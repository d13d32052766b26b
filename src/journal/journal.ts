import type { RequestRecord } from "#core/record";

/** Bodies of a request, kept apart from its record and dropped under pressure. */
export type Content = {
  readonly request?: Uint8Array;
  readonly response?: Uint8Array;
  /** How long each was where only its beginning is here. */
  readonly requestBytes?: number;
  readonly responseBytes?: number;
};

/** Room in the journal for one record, claimed before the request is admitted. */
export type Claim = { readonly bytes: number };

/** A worker's append-only journal. */
export type Journal = {
  /** Claims room for one record; undefined when the disk is full or the journal is broken. */
  readonly claim: () => Claim | undefined;
  /**
   * Claims room for a record that may as well be left out; undefined unless there is plenty beside all claims of
   * requests.
   */
  readonly claimSpare: () => Claim | undefined;
  /**
   * Resolves when the record is written: one `write(2)` per event-loop turn for all records of that turn (and one
   * `fdatasync` with `durability: disk`). Rejects when it could not be written.
   */
  readonly append: (claim: Claim, record: RequestRecord) => Promise<void>;
  /** Gives a claim back without a record: the request was refused before it counted as started. */
  readonly release: (claim: Claim) => void;
  /** Queues bodies for the content file; never waits, drops (and counts) when too much is queued. */
  readonly appendContent: (id: string, content: Content) => void;
  readonly healthy: () => boolean;
  readonly close: () => Promise<void>;
};

/** What a worker's journal has done since it was opened. */
export type JournalCounters = {
  readonly recorded: number;
  /** Records that could not be written: their `append` rejected. */
  readonly rejected: number;
  readonly contentsWritten: number;
  readonly contentsDropped: number;
};

export type Durability = "process" | "disk";

/** The part of a pino logger that the journal uses. */
export type JournalLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};
