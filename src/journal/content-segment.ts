import { closeSync, fstatSync, openSync, statfsSync, write, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StoredContent } from "#core/stored-content";
import { contentPayloadBytes, writeContent } from "./content-frame";
import { frameBytes, frameHeaderBytes, sealFrame } from "./frame";
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
  readonly write: (contents: readonly StoredContent[]) => Promise<void>;
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
export function openContentSegment(
  { directory, writer, segmentBytes }: ContentSegmentOptions,
  room: LayoutRoom,
): ContentSegment {
  assertRoom(directory, writer, segmentBytes);
  const { file } = segmentName(writer, "content", nextSequence(directory, writer, "content"));
  const fd = openSync(join(directory, file), "wx", 0o600);
  const { header, bytes } = createSegmentHeader();
  writeFully(writeSync, fd, bytes, 0);
  let offset = segmentHeaderBytes;
  let written = 0;
  return {
    write: async (contents) => {
      const laidOut = frames(contents, written, header.seed, room);
      for (let done = 0; done < laidOut.length; ) {
        const { bytesWritten } = await writeAsync(fd, laidOut, done, laidOut.length - done, offset);
        done += bytesWritten;
        offset += bytesWritten;
      }
      written += contents.length;
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

/** Where bodies are laid out before they are written: fresh memory for each batch would be a page fault for every other request. */
export class LayoutRoom {
  private buffer = Buffer.alloc(0);

  /** @param mostKept What takes more has memory of its own. */
  constructor(private readonly mostKept: number) {}

  /** So many bytes, which stay as they are until it is called again. */
  take(bytes: number): Buffer {
    if (bytes > this.mostKept) return Buffer.allocUnsafe(bytes);
    if (bytes > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(Math.min(2 * bytes, this.mostKept));
    return this.buffer.subarray(0, bytes);
  }
}

/** `first`: the number of the first of them in its file. */
function frames(contents: readonly StoredContent[], first: number, seed: number, room: LayoutRoom): Buffer {
  let length = 0;
  for (const content of contents) length += frameBytes(contentPayloadBytes(content));
  const buffer = room.take(length);
  let at = 0;
  let sequence = first;
  for (const content of contents) {
    const payloadBytes = contentPayloadBytes(content);
    writeContent(buffer, at + frameHeaderBytes, content);
    sealFrame(buffer, at, payloadBytes, sequence++, seed);
    at += frameBytes(payloadBytes);
  }
  return buffer;
}
