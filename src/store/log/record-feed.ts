import type { RequestRecord } from "#core/record";

/** Records in the order in which they were stored, for readers that each have a place of their own in the store. */
export type RecordFeed = {
  /** Gives a reader its place, unless it has one: after what is stored now, or before the oldest record. */
  readonly open: (reader: string, from: FeedStart) => Promise<void>;
  /** What follows the reader's place, at most `limit` records. Rejects for a reader that was not opened. */
  readonly next: (reader: string, limit: number) => Promise<FeedPage>;
  /** Moves a reader's place to where a page ended; on disk when it resolves. */
  readonly advance: (reader: string, place: string) => Promise<void>;
  /** Forgets all other readers, and what was kept for them. */
  readonly retain: (readers: readonly string[]) => Promise<void>;
};

export type FeedStart = "now" | "beginning";

export type FeedPage = {
  /**
   * In the order in which they were stored; what was there before a reader from the beginning was opened comes first, in
   * the order in which it started. A record may come twice where that passes into this.
   */
  readonly records: readonly RequestRecord[];
  /** Where the page ends. */
  readonly place: string;
  /** Records that were deleted before the reader came to them. */
  readonly missed: number;
  /** Records that were stored since the reader was opened and follow this page. */
  readonly left: number;
};
