import { closeSync, fstatSync, openSync, statfsSync, write, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ContentBatch } from "./content-batch";
import { createSegmentHeader, segmentHeaderBytes } from "./segment-header";
import { listSegments, nextSequence, sameWriter, segmentName, type WriterName } from "./segment-name";
import { writeFully } from "./write-fully";

const writeAsync = promisify(write);
/** Of one worker, that wait to be taken in: with segments of 16 MiB, 4 GiB. */
const maxWaitingSegments = 256;

export type ContentSegmentOptions = {
  readonly directory: string;
  readonly writer: WriterName;
  readonly segmentBytes: number;
};

/** A file of bodies that is being written. */
export type ContentSegment = {
  /** Rejects when not all of them could be written; then the segment is of no more use. */
  readonly write: (batch: ContentBatch) => Promise<void>;
  readonly isFull: () => boolean;
  /** Its file was deleted: what is written to it is never read. */
  readonly isDeleted: () => boolean;
  readonly isEmpty: () => boolean;
  readonly close: () => void;
};

/**
 * Begins a file after the last one of this writer. Throws when the disk is nearly full, for what is left belongs to the
 * records, and when too much waits to be taken in.
 */
export function openContentSegment({ directory, writer, segmentBytes }: ContentSegmentOptions): ContentSegment {
  assertRoom(directory, writer, segmentBytes);
  const { file } = segmentName(writer, "content", nextSequence(directory, writer, "content"));
  const fd = openSync(join(directory, file), "wx", 0o600);
  const { header, bytes } = createSegmentHeader();
  writeFully(writeSync, fd, bytes, 0);
  let offset = segmentHeaderBytes;
  let written = 0;
  return {
    write: async (batch) => {
      const laidOut = batch.seal(written, header.seed);
      for (let done = 0; done < laidOut.length; ) {
        const { bytesWritten } = await writeAsync(fd, laidOut, done, laidOut.length - done, offset);
        done += bytesWritten;
        offset += bytesWritten;
      }
      written += batch.size;
    },
    isDeleted: () => fstatSync(fd).nlink === 0,
    isFull: () => offset >= segmentBytes,
    isEmpty: () => offset === segmentHeaderBytes,
    close: () => closeSync(fd),
  };
}

function assertRoom(directory: string, writer: WriterName, segmentBytes: number): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < 4 * segmentBytes) {
    throw new Error(`Cannot keep bodies: ${bavail * bsize} bytes free on disk, needed ${4 * segmentBytes}`);
  }
  const waiting = listSegments(directory).filter((name) => name.kind === "content" && sameWriter(name, writer)).length;
  if (waiting >= maxWaitingSegments) {
    throw new Error(
      `Cannot keep bodies: ${waiting} segments of them wait to be taken in, at most ${maxWaitingSegments}`,
    );
  }
}
