import type { RequestRecord } from "#core/record";
import type { StoredContent } from "#core/stored-content";
import type { FeedStart } from "#store/log/record-feed";

/**
 * Somewhere that records go once they are stored. Each sink gets every record at least once, in the order in which they
 * were stored, at its own pace; after a crash it may get the last batch again.
 */
export type Sink = {
  /** Its place in the store is kept under this name. */
  readonly name: string;
  /** Where it begins when the store does not know its name. */
  readonly from: FeedStart;
  /** Whether it gets the bodies too, as far as they are kept by then. */
  readonly withContent?: boolean;
  /**
   * Takes a batch: at most 500 records, 16 with bodies. Rejects where it could not, then the same batch comes again
   * after a while. To be given up when the signal aborts: the control plane closes, or it took 60 s.
   */
  readonly deliver: (batch: readonly StoredRecord[], signal: AbortSignal) => Promise<void>;
};

export type StoredRecord = { readonly record: RequestRecord; readonly content?: StoredContent };
