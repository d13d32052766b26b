import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { findMagic, frameHeaderBytes, type JournalFrame, parseFrames } from "./frame";
import type { ReadRoom } from "./read-room";
import { isOfLaterVersion, readSegmentHeader, type SegmentHeader, segmentHeaderBytes } from "./segment-header";

/** Some 800 records: what is read and not used is read again. */
const chunkBytes = 256 << 10;
/** Where little is written at a time, less is read. */
const smallChunkBytes = 32 << 10;

/** A place in a segment: the byte where the next frame starts and the number that it should carry. */
export type SegmentPosition = { readonly offset: number; readonly sequence: number };

export const segmentStart: SegmentPosition = { offset: segmentHeaderBytes, sequence: 0 };

export type SegmentRead = {
  readonly frames: readonly JournalFrame[];
  readonly position: SegmentPosition;
  /** True when nothing more can be read now: the torn or empty tail, or the end. False: read again from `position`. */
  readonly atTail: boolean;
  /** Bytes that were stepped over because no frame stood there although a later one did. */
  readonly skippedBytes: number;
  /** Frames that stood there, by the numbers of their neighbours. */
  readonly lostFrames: number;
  /** At the tail of a sealed segment: bytes follow that are no frame. Its writer died in the middle of a write. */
  readonly tornTail: boolean;
};

export type SegmentReader = {
  readonly header: SegmentHeader;
  /**
   * Reads some frames. While the segment is not `sealed`, anything that is not a whole frame counts as not written yet;
   * once it is, the reader looks beyond it for later frames, so that damage in the middle loses no more than it hit.
   */
  readonly read: (from: SegmentPosition, options: ReadOptions) => SegmentRead;
  readonly close: () => void;
};

export type ReadOptions = {
  readonly sealed: boolean;
  readonly limit: number;
  /** Frames stand in it; without it each read has memory of its own. */
  readonly room?: ReadRoom | undefined;
};

/** Opens a segment. Undefined when it has no readable header; throws what the file system throws. */
export function openSegment(path: string, maxPayloadBytes: number): SegmentReader | undefined {
  const fd = openSync(path, "r");
  const header = readSegmentHeader(readAt(fd, 0, Buffer.allocUnsafe(segmentHeaderBytes)));
  if (header === undefined) {
    closeSync(fd);
    return undefined;
  }
  const file: OpenFile = {
    fd,
    seed: header.seed,
    maxPayloadBytes,
    head: Buffer.alloc(frameHeaderBytes),
    isBusy: false,
  };
  return {
    header,
    read: (from, { sealed, limit, room }) => {
      const parsed = readFrames(file, from.offset, limit, room?.take);
      const position = after(from, parsed.frames, parsed.consumed);
      const read = { frames: parsed.frames, position, skippedBytes: 0, lostFrames: 0, tornTail: false };
      if (!parsed.stopped) return { ...read, atTail: false };
      if (!sealed || parsed.frames.length > 0) return { ...read, atTail: !sealed };
      return readTail(file, from);
    },
    close: () => closeSync(fd),
  };
}

/** Whether a later Headgate wrote a segment, in a format that this one cannot know. Throws what the file system throws. */
export function isLaterSegment(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    return isOfLaterVersion(readAt(fd, 0, Buffer.allocUnsafe(segmentHeaderBytes)));
  } finally {
    closeSync(fd);
  }
}

type OpenFile = {
  readonly fd: number;
  readonly seed: number;
  readonly maxPayloadBytes: number;
  /** For looking at one header. */
  readonly head: Buffer;
  /** More stood in it than the last read took. */
  isBusy: boolean;
};

function after(from: SegmentPosition, frames: readonly JournalFrame[], bytes: number): SegmentPosition {
  const last = frames.at(-1);
  return { offset: from.offset + bytes, sequence: last === undefined ? from.sequence : last.sequence + 1 };
}

/** `stopped` when no further frame stands after these, as far as can be told from here. */
function readFrames(file: OpenFile, offset: number, limit: number, take: ReadRoom["take"] = Buffer.allocUnsafe) {
  // Most polls find nothing new: one header tells.
  const head = parseFrames(readAt(file.fd, offset, file.head), file.seed, file.maxPayloadBytes, 1);
  if (head.stop === "empty") return { frames: [], consumed: 0, stopped: true };
  let bytes = readAt(file.fd, offset, take(file.isBusy ? chunkBytes : smallChunkBytes));
  let parsed = parseFrames(bytes, file.seed, file.maxPayloadBytes, limit);
  if (parsed.frames.length === 0 && parsed.stop === "incomplete" && parsed.needed > bytes.length) {
    bytes = readAt(file.fd, offset, take(parsed.needed));
    parsed = parseFrames(bytes, file.seed, file.maxPayloadBytes, limit);
  }
  const { frames, consumed, stop, needed } = parsed;
  const moreInFile = frames.length === limit || offset + consumed + needed <= fstatSync(file.fd).size;
  file.isBusy = stop === "incomplete" && moreInFile;
  return { frames, consumed, stopped: !file.isBusy };
}

/** No frame stands at `from`: either the segment ends here, or damage lies before a later frame. */
function readTail(file: OpenFile, from: SegmentPosition): SegmentRead {
  const found = findFrame(file, from.offset + 8);
  if (found !== undefined) {
    return {
      frames: [],
      position: found,
      atTail: false,
      skippedBytes: found.offset - from.offset,
      lostFrames: Math.max(0, found.sequence - from.sequence),
      tornTail: false,
    };
  }
  const tornTail = hasBytes(file, from.offset);
  return { frames: [], position: from, atTail: true, skippedBytes: 0, lostFrames: 0, tornTail };
}

function findFrame(file: OpenFile, from: number): SegmentPosition | undefined {
  for (let offset = from; ; ) {
    const bytes = readAt(file.fd, offset, Buffer.allocUnsafe(chunkBytes));
    for (let at = findMagic(bytes, 0); at !== -1; at = findMagic(bytes, at + 1)) {
      const frame = frameIn(file, bytes.subarray(at), offset + at);
      if (frame !== undefined) return { offset: offset + at, sequence: frame.sequence };
    }
    if (bytes.length < chunkBytes) return undefined;
    offset += chunkBytes;
  }
}

function frameIn(file: OpenFile, bytes: Buffer, offset: number): JournalFrame | undefined {
  const parsed = parseFrames(bytes, file.seed, file.maxPayloadBytes, 1);
  return parsed.stop === "incomplete" ? readFrames(file, offset, 1).frames[0] : parsed.frames[0];
}

function hasBytes(file: OpenFile, from: number): boolean {
  const zeros = Buffer.alloc(chunkBytes);
  for (let offset = from; ; offset += chunkBytes) {
    const bytes = readAt(file.fd, offset, Buffer.allocUnsafe(chunkBytes));
    if (!bytes.equals(zeros.subarray(0, bytes.length))) return true;
    if (bytes.length < chunkBytes) return false;
  }
}

/** Fills the bytes; gives those that were there. */
function readAt(fd: number, offset: number, bytes: Buffer): Buffer {
  let read = 0;
  while (read < bytes.length) {
    const got = readSync(fd, bytes, read, bytes.length - read, offset + read);
    if (got === 0) break;
    read += got;
  }
  return bytes.subarray(0, read);
}
