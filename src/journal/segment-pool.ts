import { closeSync, fdatasync, ftruncateSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StartTimer } from "#lib/timer";
import { createDeletedSegments } from "./deleted-segments";
import type { Durability, JournalLog } from "./journal";
import type { OpenSegment } from "./open-segment";
import type { Preallocate } from "./preallocate";
import { maxRecordFrameBytes } from "./record-encoding";
import { createSegmentHeader, segmentHeaderBytes } from "./segment-header";
import { nextSequence, segmentName, unfinishedSuffix, type WriterName } from "./segment-name";
import { createSegmentSync } from "./segment-sync";
import { type Write, writeFully } from "./write-fully";

const fdatasyncAsync = promisify(fdatasync);
const retryDelaysMs = { first: 100, last: 2000 };

/** One worker's current segment and those that lie ready behind it. */
export type SegmentPool = {
  readonly current: () => OpenSegment | undefined;
  /** Bytes that are certain to fit, whatever the sizes of the frames that fill them. */
  readonly room: () => number;
  /** Goes on with the next prepared segment; false when there is none. Throws when the directory is unusable. */
  readonly advance: () => boolean;
  /** Gives up the current segment after a failed write. What stands in it stays for ingestion. */
  readonly discard: () => void;
  /**
   * Gives up segments whose files were deleted while they are open and prepares others; the directory too is made again.
   * What stands in the deleted ones is written down again, on a full disk when there is room. To be called from time to time.
   */
  readonly replaceDeleted: () => void;
  /**
   * Resolves when everything that was written is on disk: in the current segment, and in those that it was gone on from
   * since the last time.
   */
  readonly sync: () => Promise<void>;
  /** Prepares another segment, unless one is being prepared; tries again for as long as it fails. Never rejects. */
  readonly prepare: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type SegmentPoolOptions = {
  readonly directory: string;
  readonly writer: WriterName;
  readonly durability: Durability;
  readonly segmentBytes: number;
  readonly preallocate: Preallocate;
  readonly write: Write;
  readonly log: JournalLog;
  readonly startTimer: StartTimer;
};

export function createSegmentPool(options: SegmentPoolOptions): SegmentPool {
  const syncs = createSegmentSync(options.directory, options.durability);
  const deleted = createDeletedSegments(options.directory, options.log);
  const ready: OpenSegment[] = [];
  let current: OpenSegment | undefined;
  let preparing: Promise<void> | undefined;
  let stopRetry: (() => void) | undefined;
  let retryDelayMs = retryDelaysMs.first;
  let closed = false;
  /** A name is not used twice, though the files that had it are gone: ingestion knows them by it. */
  let lastSequence = 0;

  const prepareOne = async () => {
    try {
      const segment = await createSegment(options, lastSequence + 1);
      lastSequence = segment.sequence;
      retryDelayMs = retryDelaysMs.first;
      if (closed) return remove(segment);
      ready.push(segment);
      if (current === undefined) advance();
    } catch (error) {
      options.log.error({ err: error, directory: options.directory }, "Cannot prepare a journal segment");
      if (!closed) stopRetry = options.startTimer(prepare, retryDelayMs);
      retryDelayMs = Math.min(retryDelayMs * 2, retryDelaysMs.last);
    }
  };
  const prepare = () => {
    stopRetry?.();
    stopRetry = undefined;
    preparing ??= prepareOne().finally(() => {
      preparing = undefined;
    });
    return preparing;
  };
  const advance = (): boolean => {
    const next = ready.shift();
    if (next === undefined) return false;
    if (current !== undefined) syncs.leave(current.fd);
    current = undefined;
    current = giveName(next, syncs);
    return true;
  };
  const replaceDeleted = () => {
    const there = deleted.leave(current === undefined ? ready : [...ready, current]);
    if (there === undefined) return;
    ready.splice(0, ready.length, ...there.filter((segment) => segment !== current));
    current = there.find((segment) => segment === current);
    void prepare();
  };

  return {
    replaceDeleted,
    sync: () => syncs.all(current?.fd),
    current: () => current,
    room: () => roomOf(ready, current),
    advance,
    discard: () => {
      if (current !== undefined) closeSync(current.fd);
      current = undefined;
    },
    prepare: async () => {
      if (stopRetry === undefined && !closed) await prepare();
    },
    close: async () => {
      closed = true;
      stopRetry?.();
      await preparing;
      for (const segment of ready.splice(0)) remove(segment);
      deleted.close();
      if (current !== undefined) finishLast(current, syncs);
      current = undefined;
      await syncs.all(undefined);
    },
  };
}

function roomOf(ready: readonly OpenSegment[], current: OpenSegment | undefined): number {
  let sum = current === undefined ? 0 : roomIn(current);
  for (const segment of ready) sum += roomIn(segment);
  return sum;
}

/** The last frame that does not fit leaves less than its own size unused. */
function roomIn(segment: OpenSegment): number {
  return Math.max(0, segment.bytes - segment.offset - maxRecordFrameBytes);
}

function finishLast({ fd, offset }: OpenSegment, syncs: Pick<ReturnType<typeof createSegmentSync>, "leave">): void {
  ftruncateSync(fd, offset);
  syncs.leave(fd);
}

function giveName(segment: OpenSegment, syncs: Pick<ReturnType<typeof createSegmentSync>, "named">): OpenSegment {
  try {
    renameSync(segment.path + unfinishedSuffix, segment.path);
    syncs.named();
    return segment;
  } catch (error) {
    closeSync(segment.fd);
    throw error;
  }
}

async function createSegment(
  options: SegmentPoolOptions,
  leastSequence: number,
): Promise<OpenSegment & { readonly sequence: number }> {
  const { directory, writer, segmentBytes } = options;
  const sequence = Math.max(leastSequence, nextSequence(directory, writer, "records"));
  const path = join(directory, segmentName(writer, "records", sequence).file);
  const fd = openSync(path + unfinishedSuffix, "wx", 0o600);
  const { header, bytes } = createSegmentHeader();
  const segment = { fd, path, sequence, bytes: segmentBytes, seed: header.seed, offset: segmentHeaderBytes, frames: 0 };
  try {
    await options.preallocate(fd, segmentBytes);
    writeFully(options.write, fd, bytes, 0);
    if (options.durability === "disk") await fdatasyncAsync(fd);
    return segment;
  } catch (error) {
    remove(segment);
    throw error;
  }
}

function remove(segment: OpenSegment): void {
  closeSync(segment.fd);
  rmSync(segment.path + unfinishedSuffix, { force: true });
}
