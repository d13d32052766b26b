/** A list of records that all operators find again: what its page has behind the `?`. */
export type SavedView = {
  /** Ours, time-ordered. */
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly createdAtMs: number;
};

/** What operators noted of a record. */
export type RecordNote = {
  /** The record's. */
  readonly id: string;
  readonly bookmarked: boolean;
  readonly note?: string;
  readonly atMs: number;
};
