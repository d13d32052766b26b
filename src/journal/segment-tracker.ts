import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { IngestPositions } from "#store/ingest-position";
import type { JournalLog } from "./journal";
import { isLaterSegment } from "./segment";
import { type SegmentName, segmentsAmong, unfinishedAmong } from "./segment-name";
import { type TrackedSegment, trackSegment } from "./tracked-segment";

export type SegmentTracker = {
  /**
   * The segments of the directory that can be read, in the order they were written, writer by writer; and those that are
   * being prepared, or were left behind half prepared.
   */
  readonly list: () => { readonly present: readonly SegmentName[]; readonly unfinished: readonly SegmentName[] };
  /** A segment as far as it is read; from its committed position when it is new here. Undefined for what is no segment. */
  readonly track: (name: SegmentName) => TrackedSegment | undefined;
  readonly untrack: (name: SegmentName) => void;
  /** Forgets how far all are read: they are read again from what is committed. */
  readonly clear: () => void;
};

/** Keeps the segments of a directory open that are being ingested. */
export function createSegmentTracker(
  directory: string,
  committed: () => IngestPositions,
  log: JournalLog,
): SegmentTracker {
  const tracked = new Map<string, TrackedSegment>();
  const later = new Set<string>();
  /** Such a segment stays where it is, for the version that can read it. */
  const isLater = ({ file }: SegmentName): boolean => {
    if (tracked.has(file)) return false;
    if (later.has(file)) return true;
    if (!isLaterSegment(join(directory, file))) return false;
    later.add(file);
    log.error({ segment: file }, "Cannot read a journal segment that a later Headgate wrote; kept for that one");
    return true;
  };
  return {
    list: () => {
      const files = readdirSync(directory);
      return { present: segmentsAmong(files).filter((name) => !isLater(name)), unfinished: unfinishedAmong(files) };
    },
    track: (name) => {
      const known = tracked.get(name.file) ?? trackSegment(directory, name, committed().get(name.file));
      if (known !== undefined) tracked.set(name.file, known);
      return known;
    },
    untrack: ({ file }) => {
      tracked.get(file)?.reader.close();
      tracked.delete(file);
    },
    clear: () => {
      for (const { reader } of tracked.values()) reader.close();
      tracked.clear();
    },
  };
}
