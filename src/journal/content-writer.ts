import type { StoredContent } from "#core/stored-content";
import type { StartTimer } from "#lib/timer";
import { contentPayloadBytes, keepContent } from "./content-frame";
import { type ContentSegment, type ContentSegmentOptions, LayoutRoom, openContentSegment } from "./content-segment";
import type { Content, JournalCounters, JournalLog } from "./journal";

/** Bodies are in no hurry: waiting a little makes one write of many. */
const lingerMs = 20;
const batchBytes = 1 << 20;
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
  const segments = createContentSegments(options);
  let queue: StoredContent[] = [];
  let queuedBytes = 0;
  let draining: Promise<void> | undefined;
  let failing = false;
  const counts = { contentsWritten: 0, contentsDropped: 0 };

  const writeSome = async (contents: readonly StoredContent[]) => {
    try {
      await segments.write(contents);
      counts.contentsWritten += contents.length;
      failing = false;
    } catch (error) {
      counts.contentsDropped += contents.length;
      if (!failing)
        options.log.warn({ err: error }, "Cannot write bodies to the journal; they are dropped until it works");
      failing = true;
    }
  };
  const drain = async () => {
    await Bun.sleep(lingerMs);
    while (queue.length > 0) {
      const contents = take(queue);
      queue = queue.slice(contents.length);
      await writeSome(contents);
      queuedBytes -= contents.reduce((sum, content) => sum + contentPayloadBytes(content), 0);
    }
    draining = undefined;
  };

  return {
    append: (id, content) => {
      const kept = keepContent(id, content, options.maxBodyBytes);
      const bytes = contentPayloadBytes(kept);
      if (queuedBytes + bytes > options.maxContentQueueBytes) {
        counts.contentsDropped += 1;
        return;
      }
      queue.push(kept);
      queuedBytes += bytes;
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

/** From the head of the queue: at least one, and no more than about `batchBytes`. */
function take(queue: readonly StoredContent[]): readonly StoredContent[] {
  let bytes = 0;
  const end = queue.findIndex((content) => {
    bytes += contentPayloadBytes(content);
    return bytes > batchBytes;
  });
  return end === -1 ? queue : queue.slice(0, Math.max(1, end));
}

/** One segment after the other: the next is begun when one is full, and a minute after the first bodies were written. */
function createContentSegments({ startTimer, ...options }: ContentWriterOptions) {
  let segment: ContentSegment | undefined;
  let writing = false;
  let isOld = false;
  let stopTimer: (() => void) | undefined;
  const room = new LayoutRoom(2 * batchBytes);
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
      segment = openContentSegment(options, room);
    } catch {
      // Tried again, and told, with the next bodies.
    }
  };
  return {
    write: async (contents: readonly StoredContent[]) => {
      try {
        writing = true;
        segment ??= openContentSegment(options, room);
        await segment.write(contents);
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
