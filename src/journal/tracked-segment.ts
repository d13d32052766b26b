import { join } from "node:path";
import type { RecordReader } from "#core/record-bytes";
import type { StoredContent } from "#core/stored-content";
import type { IngestPosition } from "#store/ingest-position";
import type { LogBatch } from "#store/log/log-store";
import { readContent } from "./content-frame";
import type { JournalFrame } from "./frame";
import type { ReadRoom } from "./read-room";
import { maxRecordBytes } from "./record-encoding";
import { openSegment, type SegmentPosition, type SegmentReader, segmentStart } from "./segment";
import type { SegmentName } from "./segment-name";

/** Bodies are capped well below this; a longer frame is damage. */
const maxContentPayloadBytes = 64 << 20;

/** A batch in the making. */
export type OpenBatch = {
  readonly records: LogBatch["records"][number][];
  readonly contents: StoredContent[];
  readonly positions: Map<string, IngestPosition>;
  /** What is in it stands here. */
  readonly room: ReadRoom;
  bytes: number;
};

/** What ingestion knows of a segment file that it is reading. */
export type TrackedSegment = {
  readonly name: SegmentName;
  readonly reader: SegmentReader;
  /** Read up to here; committed with the batch that it went into. */
  position: SegmentPosition;
  /** How far it is known to be written. */
  tail: SegmentPosition;
  /** Everything in it was read, and nothing more can come. */
  complete: boolean;
  tornTail: boolean;
  lost: { readonly frames: number; readonly bytes: number };
};

/** Undefined when the file is no segment in a format that we know. Throws when it is gone. */
export function trackSegment(
  directory: string,
  name: SegmentName,
  known: IngestPosition | undefined,
): TrackedSegment | undefined {
  const reader = openSegment(
    join(directory, name.file),
    name.kind === "records" ? maxRecordBytes : maxContentPayloadBytes,
  );
  if (reader === undefined) return undefined;
  const position = known?.identity === reader.header.identity ? known : segmentStart;
  return {
    name,
    reader,
    position: { offset: position.offset, sequence: position.sequence },
    tail: position,
    complete: false,
    tornTail: false,
    lost: { frames: 0, bytes: 0 },
  };
}

/** Takes up to `limit` frames into the batch. False when there is nothing more to read for now. */
export function readInto(
  batch: OpenBatch,
  segment: TrackedSegment,
  readRecord: RecordReader,
  { sealed, limit }: { readonly sealed: boolean; readonly limit: number },
): boolean {
  const read = segment.reader.read(segment.position, { sealed, limit, room: batch.room });
  for (const frame of read.frames) take(batch, segment, readRecord, frame);
  const { identity } = segment.reader.header;
  if (read.position.offset > segment.position.offset)
    batch.positions.set(segment.name.file, { identity, ...read.position });
  batch.bytes += read.position.offset - segment.position.offset;
  segment.position = read.position;
  addLost(segment, read.lostFrames, read.skippedBytes);
  segment.tornTail ||= read.tornTail;
  segment.complete = sealed && read.atTail;
  return !read.atTail;
}

/** How much stands in the segment that was not read yet. The room is used and left empty. */
export function unread(
  segment: TrackedSegment,
  from: SegmentPosition,
  room: ReadRoom,
): { frames: number; bytes: number } {
  if (segment.tail.offset < from.offset) segment.tail = from;
  for (let atTail = false; !atTail; ) {
    const read = segment.reader.read(segment.tail, { sealed: false, limit: 1000, room });
    room.reset();
    segment.tail = read.position;
    atTail = read.atTail;
  }
  return { frames: segment.tail.sequence - from.sequence, bytes: segment.tail.offset - from.offset };
}

function take(batch: OpenBatch, segment: TrackedSegment, readRecord: RecordReader, { payload }: JournalFrame): void {
  if (segment.name.kind === "content") {
    const content = readContent(payload);
    if (content !== undefined) batch.contents.push(content);
    else addLost(segment, 1, payload.length);
    return;
  }
  const record = readRecord(payload);
  if (record !== undefined) batch.records.push({ record, bytes: payload });
  else addLost(segment, 1, payload.length);
}

function addLost(segment: TrackedSegment, frames: number, bytes: number): void {
  segment.lost = { frames: segment.lost.frames + frames, bytes: segment.lost.bytes + bytes };
}
