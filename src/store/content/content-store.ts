import type { StoredContent } from "#core/stored-content";
import type { IngestPositions } from "../ingest-position";

/** Bodies of requests, by the id of their record. They may come before it and go before it. */
export type ContentStore = {
  /** Undefined where none are kept. `id`: 32 hex digits. */
  readonly read: (id: string) => Promise<StoredContent | undefined>;
  /** False when there were none. */
  readonly remove: (id: string) => Promise<boolean>;
  /**
   * Deletes what belongs to requests that started before, the oldest first and about `batch` rows at a time; zero means
   * done.
   */
  readonly expire: (beforeMs: number, batch: number) => Promise<number>;
};

/** What ingestion writes. */
export type ContentWriter = {
  /**
   * Keeps bodies, all or none of them; those whose id has some already stay. What looks like a secret is masked. On disk
   * when it resolves, together with how far the segments are read that the bodies come from.
   */
  readonly keep: (contents: readonly StoredContent[], positions: IngestPositions) => Promise<void>;
};
