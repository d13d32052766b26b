import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { findMagic, frameHeaderBytes, type JournalFrame, parseFrames } from "./frame";
import { isOfLaterVersion, readSegmentHeader, type SegmentHeader, segmentHeaderBytes } from "./segment-header";

/** Some 800 records: what is read and not used is read again. */
const chunkBytes = 256 << 10;

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
  readonly read: (from: SegmentPosition, options: { readonly sealed: boolean; readonly limit: number }) => SegmentRead;
  readonly close: () => void;
};

/** Opens a segment. Undefined when it has no readable header; throws what the file system throws. */
export function openSegment(path: string, maxPayloadBytes: number): SegmentReader | undefined {
  const fd = openSync(path, "r");
  const header = readSegmentHeader(readAt(fd, 0, segmentHeaderBytes));
  if (header === undefined) {
    closeSync(fd);
    return undefined;
  }
  const file: OpenFile = { fd, seed: header.seed, maxPayloadBytes };
  return {
    header,
    read: (from, { sealed, limit }) => {
      const parsed = readFrames(file, from.offset, limit);
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
    return isOfLaterVersion(readAt(fd, 0, segmentHeaderBytes));
  } finally {
    closeSync(fd);
  }
}

type OpenFile = { readonly fd: number; readonly seed: number; readonly maxPayloadBytes: number };

function after(from: SegmentPosition, frames: readonly JournalFrame[], bytes: number): SegmentPosition {
  const last = frames.at(-1);
  return { offset: from.offset + bytes, sequence: last === undefined ? from.sequence : last.sequence + 1 };
}

/** `stopped` when no further frame stands after these, as far as can be told from here. */
function readFrames(file: OpenFile, offset: number, limit: number) {
  // Most polls find nothing new: one header tells.
  const head = parseFrames(readAt(file.fd, offset, frameHeaderBytes), file.seed, file.maxPayloadBytes, 1);
  if (head.stop === "empty") return { frames: [], consumed: 0, stopped: true };
  let bytes = readAt(file.fd, offset, chunkBytes);
  let parsed = parseFrames(bytes, file.seed, file.maxPayloadBytes, limit);
  if (parsed.frames.length === 0 && parsed.stop === "incomplete" && parsed.needed > bytes.length) {
    bytes = readAt(file.fd, offset, parsed.needed);
    parsed = parseFrames(bytes, file.seed, file.maxPayloadBytes, limit);
  }
  const { frames, consumed, stop, needed } = parsed;
  const moreInFile = frames.length === limit || offset + consumed + needed <= fstatSync(file.fd).size;
  return { frames, consumed, stopped: stop !== "incomplete" || !moreInFile };
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
    const bytes = readAt(file.fd, offset, chunkBytes);
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
    const bytes = readAt(file.fd, offset, chunkBytes);
    if (!bytes.equals(zeros.subarray(0, bytes.length))) return true;
    if (bytes.length < chunkBytes) return false;
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const got = readSync(fd, bytes, read, length - read, offset + read);
    if (got === 0) break;
    read += got;
  }
  return bytes.subarray(0, read);
}
