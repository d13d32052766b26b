import type { StartTimer } from "#lib/timer";
import { type ContentBatch, ContentRooms } from "./content-batch";
import { contentPayloadBytes } from "./content-frame";
import { type ContentSegment, type ContentSegmentOptions, openContentSegment } from "./content-segment";
import type { Content, JournalCounters, JournalLog } from "./journal";

/** Bodies are in no hurry: waiting a little makes one write of many. */
const lingerMs = 20;
/** How long a segment is written to: a finished one is deleted as soon as it is taken in, and bodies lie bare in it. */
const segmentMs = 60_000;

export type ContentWriterOptions = ContentSegmentOptions & {
  readonly maxContentQueueBytes: number;
  readonly maxBodyBytes: number;
  readonly log: JournalLog;
  readonly startTimer: StartTimer;
};

export type ContentWriter = {
  readonly append: (id: string, content: Content) => void;
  readonly counters: () => Pick<JournalCounters, "contentsWritten" | "contentsDropped">;
  /** Leaves a file that was deleted; the next bodies begin another. To be called from time to time. */
  readonly replaceDeleted: () => void;
  /** Writes what is queued, then closes. */
  readonly close: () => Promise<void>;
};

/** Writes bodies to files of their own, in the background. Under pressure of any kind it drops and counts. */
export function createContentWriter(options: ContentWriterOptions): ContentWriter {
  const { maxBodyBytes, maxContentQueueBytes } = options;
  const segments = createContentSegments(options);
  const rooms = new ContentRooms(maxBodyBytes);
  /** In order; the last is being filled. */
  const queue: ContentBatch[] = [];
  let queuedBytes = 0;
  let draining: Promise<void> | undefined;
  let failing = false;
  const counts = { contentsWritten: 0, contentsDropped: 0 };

  const writeSome = async (batch: ContentBatch) => {
    try {
      await segments.write(batch);
      counts.contentsWritten += batch.size;
      failing = false;
    } catch (error) {
      counts.contentsDropped += batch.size;
      if (!failing)
        options.log.warn({ err: error }, "Cannot write bodies to the journal; they are dropped until it works");
      failing = true;
    }
  };
  const drain = async () => {
    await Bun.sleep(lingerMs);
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      await writeSome(batch);
      queuedBytes -= batch.payloadBytes;
      rooms.end(batch);
    }
    draining = undefined;
  };
  const batchFor = (payloadBytes: number): ContentBatch => {
    const last = queue.at(-1);
    if (last?.hasRoomFor(payloadBytes) === true) return last;
    const next = rooms.begin(payloadBytes);
    queue.push(next);
    return next;
  };

  return {
    append: (id, content) => {
      const bytes = contentPayloadBytes(content, maxBodyBytes);
      if (queuedBytes + bytes > maxContentQueueBytes) {
        counts.contentsDropped += 1;
        return;
      }
      queuedBytes += bytes;
      batchFor(bytes).add(id, content);
      draining ??= drain();
    },
    counters: () => counts,
    replaceDeleted: segments.replaceDeleted,
    close: async () => {
      await draining;
      segments.close();
    },
  };
}

/** One segment after the other: the next is begun when one is full, and a minute after the first bodies were written. */
function createContentSegments({ startTimer, ...options }: ContentWriterOptions) {
  let segment: ContentSegment | undefined;
  let writing = false;
  let isOld = false;
  let stopTimer: (() => void) | undefined;
  const finish = () => {
    segment?.close();
    segment = undefined;
    isOld = false;
  };
  /** Begun at once though nothing is written yet: that says that the one before is finished. */
  const next = () => {
    stopTimer = undefined;
    isOld = true;
    if (writing || segment?.isEmpty() === true) return;
    finish();
    try {
      segment = openContentSegment(options);
    } catch {
      // Tried again, and told, with the next bodies.
    }
  };
  return {
    write: async (batch: ContentBatch) => {
      try {
        writing = true;
        segment ??= openContentSegment(options);
        await segment.write(batch);
        if (isOld || segment.isFull()) finish();
        stopTimer ??= startTimer(next, segmentMs);
      } catch (error) {
        finish();
        throw error;
      } finally {
        writing = false;
      }
    },
    replaceDeleted: () => {
      if (!writing && segment?.isDeleted() === true) finish();
    },
    close: () => {
      stopTimer?.();
      finish();
    },
  };
}
