import { fdatasync, mkdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type StartTimer, startTimer } from "#lib/timer";
import { type Batch, createBatches } from "./batch";
import { createContentWriter } from "./content-writer";
import type { Claim, Durability, Journal, JournalCounters, JournalLog } from "./journal";
import { createPreallocate } from "./preallocate";
import { maxRecordFrameBytes } from "./record-encoding";
import { listUnfinished, sameWriter, unfinishedSuffix } from "./segment-name";
import { createSegmentPool, type OpenSegment, type SegmentPool } from "./segment-pool";
import { type Write, writeFully } from "./write-fully";
import { createWriteProbe } from "./write-probe";

export type JournalOptions = {
  readonly directory: string;
  readonly generation: number;
  readonly worker: number;
  readonly durability: Durability;
  /** Size of a segment file. The next one is prepared when the claims leave less than half of this. */
  readonly segmentBytes?: number;
  /** Bodies waiting to be written, in bytes; more are dropped and counted. */
  readonly maxContentQueueBytes?: number;
  /** What is kept of one body; the rest is cut off, its whole length is noted. */
  readonly maxBodyBytes?: number;
  readonly log: JournalLog;
  /** The system call that everything hangs on; handed in so that a test can fail and die inside it. */
  readonly write?: Write;
  /** For what is tried again; handed in so that a test can move time. */
  readonly startTimer?: StartTimer;
};

export type WorkerJournal = Journal & { readonly counters: () => JournalCounters };

const defaults = {
  segmentBytes: 16 << 20,
  maxContentQueueBytes: 32 << 20,
  maxBodyBytes: 1 << 20,
  write: writeSync,
  startTimer,
};

/**
 * Opens a worker's journal in new segment files. With a full disk or an unusable directory it opens all the same, is
 * not `healthy`, refuses claims, and goes on trying. Throws when the directory cannot be made.
 */
export async function openJournal(given: JournalOptions): Promise<WorkerJournal> {
  const options = { ...defaults, ...given };
  const { directory } = options;
  const writer = { generation: options.generation, worker: options.worker };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of listUnfinished(directory)) {
    if (sameWriter(name, writer)) rmSync(join(directory, name.file + unfinishedSuffix), { force: true });
  }
  const pool = createSegmentPool({ ...options, writer, preallocate: createPreallocate() });
  const content = createContentWriter({ ...options, writer });
  await pool.prepare();
  return appendTo(pool, content, options);
}

type AppendOptions = Required<Pick<JournalOptions, "durability" | "segmentBytes" | "log" | "write" | "startTimer">>;

function appendTo(
  pool: SegmentPool,
  content: ReturnType<typeof createContentWriter>,
  options: AppendOptions,
): WorkerJournal {
  const { durability, segmentBytes, log } = options;
  const newBatch = createBatches();
  const probe = createWriteProbe({ ...options, pool });
  let batch = newBatch();
  let claimed = 0;
  let scheduled = false;
  let syncing = false;
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const counts = { recorded: 0, rejected: 0 };

  /** Not while writing fails: a request that is let in would fail in the end. What runs already goes on trying, as the probe does. */
  const takesClaims = () => !closed && !probe.isBroken() && roomForClaims() >= maxRecordFrameBytes;
  const roomForClaims = () => pool.room() - claimed * maxRecordFrameBytes;
  const keepSpare = () => {
    if (!closed && roomForClaims() < segmentBytes / 2) void pool.prepare();
  };
  const finish = (done: Batch, error?: unknown) => {
    claimed -= done.size();
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
    keepSpare();
  };
  const flush = () => {
    scheduled = false;
    // While a sync is under way the next batch grows; it goes out as soon as that one is on disk.
    if (syncing || batch.size() === 0) return;
    const done = batch;
    try {
      writeBatch(done, pool, options);
    } catch (error) {
      batch = newBatch();
      return finish(done, error);
    }
    batch = newBatch();
    const fd = pool.current()?.fd;
    if (durability === "process" || fd === undefined) return finish(done);
    syncing = true;
    fdatasync(fd, (error) => {
      syncing = false;
      if (error) pool.discard();
      finish(done, error ?? undefined);
      flush();
    });
  };
  keepSpare();

  return {
    claim: () => {
      if (!takesClaims()) {
        keepSpare();
        return undefined;
      }
      claimed += 1;
      keepSpare();
      return claimOfOneRecord;
    },
    append: async (_claim, record) => {
      if (closed) throw new Error("Cannot write to the journal: it is closed");
      const mine = batch;
      try {
        mine.add(record);
      } catch (error) {
        claimed -= 1;
        counts.rejected += 1;
        throw error;
      }
      last = mine.written;
      if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
      await mine.written;
    },
    release: () => {
      claimed -= 1;
    },
    appendContent: content.append,
    healthy: () => takesClaims() && pool.current() !== undefined,
    counters: () => ({ ...counts, ...content.counters() }),
    close: async () => {
      closed = true;
      probe.stop();
      flush();
      await last.catch(() => undefined);
      await Promise.all([pool.close(), content.close()]);
    },
  };
}

const claimOfOneRecord: Claim = { bytes: maxRecordFrameBytes };

/** Writes a batch with one `write(2)`, or two where a segment ends within it. Throws when no segment takes it. */
function writeBatch(batch: Batch, pool: SegmentPool, options: AppendOptions): void {
  for (let next = 0; next < batch.size(); ) {
    const segment = pool.current();
    const end = segment === undefined ? next : batch.seal(next, segment);
    if (segment !== undefined && end > next && writeFrames(segment, batch.bytes(next, end), options)) {
      segment.frames += end - next;
      next = end;
      continue;
    }
    if (end > next) pool.discard();
    if (!pool.advance()) throw new Error("No journal segment is ready");
  }
}

/** False when the segment could not be written: it is to be given up, and the frames go into the next one. */
function writeFrames(segment: OpenSegment, bytes: Buffer, { write, log }: AppendOptions): boolean {
  try {
    writeFully(write, segment.fd, bytes, segment.offset);
    segment.offset += bytes.length;
    return true;
  } catch (error) {
    log.error({ error, segment: segment.path }, "Cannot write to a journal segment; going on with the next");
    return false;
  }
}
