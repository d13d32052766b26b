import { mkdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type StartTimer, startTimer } from "#lib/timer";
import { createClaims } from "./claims";
import { createContentWriter } from "./content-writer";
import type { Claim, Durability, Journal, JournalCounters, JournalLog } from "./journal";
import { createPreallocate } from "./preallocate";
import { maxRecordFrameBytes } from "./record-encoding";
import { createRecordWriter } from "./record-writer";
import { listUnfinished, sameWriter, unfinishedSuffix } from "./segment-name";
import { createSegmentPool } from "./segment-pool";
import type { Write } from "./write-fully";
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
  /** The system call that writes; handed in so that a test can fail and die inside it. */
  readonly write?: Write;
  /** For what is tried again; handed in so that a test can move time. */
  readonly startTimer?: StartTimer;
};

export type WorkerJournal = Journal & {
  readonly counters: () => JournalCounters;
  /** Goes on in other files where those that are written to were deleted. To be called about once a second. */
  readonly replaceDeleted: () => void;
};

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
  const probe = createWriteProbe({ ...options, pool });
  const claims = createClaims({ pool, segmentBytes: options.segmentBytes, isBroken: probe.isBroken });
  const records = createRecordWriter({ ...options, pool, probe, onDone: claims.release });
  return {
    claim: () => (claims.take() ? claimOfOneRecord : undefined),
    claimSpare: () => (claims.takeSpare() ? claimOfOneRecord : undefined),
    append: (_claim, record) => records.write(record),
    release: () => claims.release(1),
    appendContent: content.append,
    healthy: () => claims.areGiven() && pool.current() !== undefined,
    replaceDeleted: () => {
      pool.replaceDeleted();
      content.replaceDeleted();
    },
    counters: () => ({ ...records.counters(), ...content.counters() }),
    close: async () => {
      claims.close();
      probe.stop();
      await records.close();
      await Promise.all([pool.close(), content.close()]);
    },
  };
}

const claimOfOneRecord: Claim = { bytes: maxRecordFrameBytes };
