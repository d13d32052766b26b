import type { RequestRecord } from "#core/record";
import type { IngestPosition, LogWriter } from "#store/log/log-store";
import type { OpenBatch } from "./tracked-segment";

const maxBatchFrames = 1000;
const maxBatchBytes = 8 << 20;

/** The log store as ingestion writes to it: what is committed, and the batch that comes next. */
export type IngestTarget = {
  /** Opens the store unless it is open, and drops the positions of segments that are not among these. */
  readonly open: (present: () => ReadonlySet<string>) => Promise<void>;
  /** How far each segment is committed, by file name. */
  readonly committed: () => ReadonlyMap<string, IngestPosition>;
  readonly batch: () => OpenBatch;
  /** Frames that the batch still takes. */
  readonly room: () => number;
  readonly isFull: () => boolean;
  /** Writes the batch, bodies first, and begins another. Rejects with no position moved. */
  readonly commit: () => Promise<void>;
  readonly forget: (segments: readonly string[]) => Promise<void>;
  /** Drops the batch and closes the store. */
  readonly close: () => void;
};

export function createIngestTarget(
  openStore: () => Promise<LogWriter>,
  onBatch: (records: readonly RequestRecord[]) => void,
): IngestTarget {
  let committed = new Map<string, IngestPosition>();
  let store: LogWriter | undefined;
  let batch = emptyBatch();
  const frames = () => batch.records.length + batch.contents.length;
  return {
    open: async (present) => {
      if (store !== undefined) return;
      store = await openStore();
      committed = new Map(await store.positions());
      const files = present();
      await store.forget([...committed.keys()].filter((file) => !files.has(file)));
    },
    committed: () => committed,
    batch: () => batch,
    room: () => maxBatchFrames - frames(),
    isFull: () => frames() >= maxBatchFrames || batch.bytes >= maxBatchBytes,
    commit: async () => {
      const done = batch;
      if (store === undefined || done.positions.size === 0) return;
      if (done.contents.length > 0) await store.content.keep(done.contents);
      const added = await store.commit(done);
      for (const [file, position] of done.positions) committed.set(file, position);
      batch = emptyBatch();
      if (added.length > 0) onBatch(added);
    },
    forget: async (segments) => {
      await store?.forget(segments);
    },
    close: () => {
      batch = emptyBatch();
      store?.close();
      store = undefined;
    },
  };
}

function emptyBatch(): OpenBatch {
  return { records: [], contents: [], positions: new Map(), bytes: 0 };
}
