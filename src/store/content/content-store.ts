import type { StoredContent } from "#core/stored-content";

/** Bodies of requests, by the id of their record. They may come before it and go before it. */
export type ContentStore = {
  /** Undefined where none are kept. `id`: 32 hex digits. */
  readonly read: (id: string) => Promise<StoredContent | undefined>;
  /** False when there were none. */
  readonly remove: (id: string) => Promise<boolean>;
  /** Deletes at most `batch` of the oldest whose request started before; zero means done. */
  readonly expire: (beforeMs: number, batch: number) => Promise<number>;
};

/** What ingestion writes. */
export type ContentWriter = {
  /** Keeps bodies, all or none of them; those whose id has some already stay. On disk when it resolves. */
  readonly keep: (contents: readonly StoredContent[]) => Promise<void>;
};
