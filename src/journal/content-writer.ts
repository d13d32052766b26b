import { closeSync, openSync, statfsSync, write, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StoredContent } from "#core/stored-content";
import { contentPayloadBytes, keepContent, writeContent } from "./content-frame";
import { frameBytes, frameHeaderBytes, sealFrame } from "./frame";
import type { Content, JournalCounters, JournalLog } from "./journal";
import { createSegmentHeader, segmentHeaderBytes } from "./segment-header";
import { nextSequence, segmentName, type WriterName } from "./segment-name";
import { writeFully } from "./write-fully";

const writeAsync = promisify(write);
/** Bodies are in no hurry: waiting a little makes one write of many. */
const lingerMs = 20;
const batchBytes = 1 << 20;

export type ContentWriterOptions = {
  readonly directory: string;
  readonly writer: WriterName;
  readonly segmentBytes: number;
  readonly maxContentQueueBytes: number;
  readonly maxBodyBytes: number;
  readonly log: JournalLog;
};

export type ContentWriter = {
  readonly append: (id: string, content: Content) => void;
  readonly counters: () => Pick<JournalCounters, "contentsWritten" | "contentsDropped">;
  /** Writes what is queued, then closes. */
  readonly close: () => Promise<void>;
};

type ContentSegment = { readonly fd: number; readonly seed: number; offset: number; frames: number };

/** Writes bodies to a file of their own, in the background. Under pressure of any kind it drops and counts. */
export function createContentWriter(options: ContentWriterOptions): ContentWriter {
  let queue: StoredContent[] = [];
  let queuedBytes = 0;
  let segment: ContentSegment | undefined;
  let draining: Promise<void> | undefined;
  let failing = false;
  const counts = { contentsWritten: 0, contentsDropped: 0 };

  const writeSome = async (contents: readonly StoredContent[]) => {
    try {
      segment ??= openContentSegment(options);
      const bytes = frames(contents, segment);
      await writeFrames(segment, bytes);
      segment.frames += contents.length;
      counts.contentsWritten += contents.length;
      failing = false;
      if (segment.offset >= options.segmentBytes) closeSegment();
    } catch (error) {
      counts.contentsDropped += contents.length;
      if (!failing) options.log.warn({ error }, "Cannot write bodies to the journal; they are dropped until it works");
      failing = true;
      closeSegment();
    }
  };
  const closeSegment = () => {
    if (segment !== undefined) closeSync(segment.fd);
    segment = undefined;
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
    close: async () => {
      await draining;
      closeSegment();
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

function frames(contents: readonly StoredContent[], segment: ContentSegment): Buffer {
  const sizes = contents.map((content) => frameBytes(contentPayloadBytes(content)));
  const buffer = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, content] of contents.entries()) {
    writeContent(buffer, at + frameHeaderBytes, content);
    sealFrame(buffer, at, contentPayloadBytes(content), segment.frames + index, segment.seed);
    at += sizes[index] ?? 0;
  }
  return buffer;
}

async function writeFrames(segment: ContentSegment, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done;
    const { bytesWritten } = await writeAsync(segment.fd, bytes, done, left, segment.offset);
    done += bytesWritten;
    segment.offset += bytesWritten;
  }
}

/** Refuses to start another file on a disk that is nearly full: what is left belongs to the records. */
function openContentSegment({ directory, writer, segmentBytes }: ContentWriterOptions): ContentSegment {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < 4 * segmentBytes) {
    throw new Error(`Cannot keep bodies: ${bavail * bsize} bytes free on disk, needed ${4 * segmentBytes}`);
  }
  const { file } = segmentName(writer, "content", nextSequence(directory, writer, "content"));
  const fd = openSync(join(directory, file), "wx", 0o600);
  const { header, bytes } = createSegmentHeader();
  writeFully(writeSync, fd, bytes, 0);
  return { fd, seed: header.seed, offset: segmentHeaderBytes, frames: 0 };
}
