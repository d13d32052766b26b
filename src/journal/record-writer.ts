import type { RequestRecord } from "#core/record";
import { type Batch, createBatches } from "./batch";
import type { Durability, JournalLog } from "./journal";
import type { OpenSegment } from "./open-segment";
import type { SegmentPool } from "./segment-pool";
import { type Write, writeFully } from "./write-fully";
import type { WriteProbe } from "./write-probe";

export type RecordWriter = {
  /** Resolves when the record is written, with all others of its event-loop turn; rejects when it could not be. */
  readonly write: (record: RequestRecord) => Promise<void>;
  readonly counters: () => { readonly recorded: number; readonly rejected: number };
  /** Writes what waits. */
  readonly close: () => Promise<void>;
};

export type RecordWriterParts = {
  readonly pool: SegmentPool;
  readonly probe: WriteProbe;
  readonly durability: Durability;
  readonly write: Write;
  readonly log: JournalLog;
  /** So many records have been written, or will not be. */
  readonly onDone: (records: number) => void;
};

export function createRecordWriter(parts: RecordWriterParts): RecordWriter {
  const { pool, probe, durability, log, onDone } = parts;
  const newBatch = createBatches();
  let batch = newBatch();
  let scheduled = false;
  let syncing = false;
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const counts = { recorded: 0, rejected: 0 };

  const finish = (done: Batch, error?: unknown) => {
    if (error === undefined) {
      counts.recorded += done.size();
      probe.succeeded();
      done.resolve();
    } else {
      counts.rejected += done.size();
      log.error({ error, records: done.size() }, "Cannot write to the journal");
      probe.failed();
      done.reject(new Error("Cannot write to the journal", { cause: error }));
    }
    onDone(done.size());
  };
  const flush = () => {
    scheduled = false;
    // While a sync is under way the next batch grows; it goes out as soon as that one is on disk.
    if (syncing || batch.size() === 0) return;
    const done = batch;
    try {
      writeBatch(done, parts);
    } catch (error) {
      batch = newBatch();
      return finish(done, error);
    }
    batch = newBatch();
    if (durability === "process") return finish(done);
    syncing = true;
    void sync(done);
  };
  const sync = async (done: Batch) => {
    const failure = await pool.sync().catch((error: unknown) => error);
    if (failure !== undefined) pool.discard();
    syncing = false;
    finish(done, failure);
    flush();
  };
  const add = (record: RequestRecord): Batch => {
    if (closed) throw new Error("Cannot write to the journal: it is closed");
    try {
      batch.add(record);
    } catch (error) {
      counts.rejected += 1;
      onDone(1);
      throw error;
    }
    return batch;
  };
  return {
    write: (record) => {
      try {
        last = add(record).written;
      } catch (error) {
        return Promise.reject(error);
      }
      if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
      return last;
    },
    counters: () => counts,
    close: async () => {
      closed = true;
      flush();
      await last.catch(() => undefined);
    },
  };
}

/** Writes a batch with one `write(2)`, or two where a segment ends within it. Throws when no segment takes it. */
function writeBatch(batch: Batch, parts: RecordWriterParts): void {
  const { pool } = parts;
  for (let next = 0; next < batch.size(); ) {
    const segment = pool.current();
    const end = segment === undefined ? next : batch.seal(next, segment);
    if (segment !== undefined && end > next && writeFrames(segment, batch.bytes(next, end), parts)) {
      segment.frames += end - next;
      next = end;
      continue;
    }
    if (end > next) pool.discard();
    if (!pool.advance()) throw new Error("No journal segment is ready");
  }
}

/** False when the segment could not be written: it is to be given up, and the frames go into the next one. */
function writeFrames(segment: OpenSegment, bytes: Buffer, { write, log }: RecordWriterParts): boolean {
  try {
    writeFully(write, segment.fd, bytes, segment.offset);
    segment.offset += bytes.length;
    return true;
  } catch (error) {
    log.error({ error, segment: segment.path }, "Cannot write to a journal segment; going on with the next");
    return false;
  }
}
