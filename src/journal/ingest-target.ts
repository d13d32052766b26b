import type { RequestRecord } from "#core/record";
import type { IngestPosition, IngestPositions } from "#store/ingest-position";
import type { LogWriter } from "#store/log/log-store";
import { createReadRoom, type ReadRoom } from "./read-room";
import type { OpenBatch } from "./tracked-segment";

const maxBatchFrames = 1000;
const maxBatchBytes = 8 << 20;
/** Bodies take few words with the database, so a batch of them ends by its size alone. */
const maxContentBytes = 4 << 20;

/** The log store as ingestion writes to it: what is committed, and the batches that come next. */
export type IngestTarget = {
  /** Opens the store unless it is open, and drops the positions of segments that are not among these. */
  readonly open: (present: () => ReadonlySet<string>) => Promise<void>;
  /** How far each segment is committed. */
  readonly committed: () => IngestPositions;
  readonly records: BatchTarget;
  readonly content: BatchTarget;
  readonly forget: (segments: readonly string[]) => Promise<void>;
  /** Drops the batches and closes the store. */
  readonly close: () => void;
};

/** Where what is read of one kind of segment goes. */
export type BatchTarget = {
  readonly batch: () => OpenBatch;
  /** Frames that the batch still takes. */
  readonly room: () => number;
  readonly isFull: () => boolean;
  /**
   * Writes the batch with its positions and begins another. Resolves with whether there was one; rejects with no position
   * moved.
   */
  readonly commit: () => Promise<boolean>;
  readonly drop: () => void;
};

export function createIngestTarget(
  openStore: () => Promise<LogWriter>,
  onBatch: (records: readonly RequestRecord[]) => void,
): IngestTarget {
  let committed = new Map<string, IngestPosition>();
  let store: LogWriter | undefined;
  const create = (maxBytes: number, write: (batch: OpenBatch, to: LogWriter) => Promise<void>): BatchTarget => {
    const memory = createReadRoom();
    let batch = emptyBatch(memory);
    const room = () => maxBatchFrames - batch.records.length;
    return {
      batch: () => batch,
      room,
      isFull: () => room() <= 0 || batch.bytes >= maxBytes,
      commit: async () => {
        if (store === undefined || batch.positions.size === 0) return false;
        const done = batch;
        await write(done, store);
        for (const [file, position] of done.positions) committed.set(file, position);
        batch = emptyBatch(memory);
        return true;
      },
      drop: () => {
        batch = emptyBatch(memory);
      },
    };
  };
  const records = create(maxBatchBytes, async (batch, to) => {
    const added = await to.commit(batch);
    if (added.length > 0) onBatch(added);
  });
  const content = create(maxContentBytes, (batch, to) => to.content.keep(batch.contents, batch.positions));
  return {
    open: async (present) => {
      if (store !== undefined) return store.check?.();
      store = await openStore();
      committed = new Map(await store.positions());
      const files = present();
      await store.forget([...committed.keys()].filter((file) => !files.has(file)));
    },
    committed: () => committed,
    records,
    content,
    forget: async (segments) => {
      await store?.forget(segments);
    },
    close: () => {
      records.drop();
      content.drop();
      store?.close();
      store = undefined;
    },
  };
}

/** The one before is not used any more. */
function emptyBatch(room: ReadRoom): OpenBatch {
  room.reset();
  return { records: [], contents: [], positions: new Map(), room, bytes: 0 };
}
