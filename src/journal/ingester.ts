import { renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { createRecordReader, type RecordReader } from "#core/record-bytes";
import type { LogWriter } from "#store/log/log-store";
import { type BatchTarget, createIngestTarget, type IngestTarget } from "./ingest-target";
import type { JournalLog } from "./journal";
import { createReadRoom, type ReadRoom } from "./read-room";
import { segmentHeaderBytes } from "./segment-header";
import { damagedSuffix, listSegments, type SegmentName, sameWriter, unfinishedSuffix } from "./segment-name";
import { createSegmentTracker, type SegmentTracker } from "./segment-tracker";
import { readInto, type TrackedSegment, unread } from "./tracked-segment";

/**
 * The last full segment of a living worker stays: if it dies between journaling a request and settling it, recovery
 * still finds the record there.
 */
const keptFullSegments = { records: 1, content: 0 };

export type IngesterOptions = {
  readonly directory: string;
  /** Called at the start and after every failure; may reject. */
  readonly openStore: () => Promise<LogWriter>;
  /**
   * Whether a worker may still write, or its death has not been recovered from. Asked after its segments were listed:
   * a worker that is started again under the same number begins a new segment.
   */
  readonly isWriterAlive: (generation: number, worker: number) => Promise<boolean>;
  /** Called after every commit, with the records that were not in the store before. */
  readonly onBatch: (records: readonly RequestRecord[]) => void;
  readonly log: JournalLog;
};

export type Backlog = { readonly records: number; readonly bytes: number };

export type Ingester = {
  /**
   * Ingests all records that are there, then a few megabytes of bodies: those never delay records. Rejects when the store
   * does not take records: call again, nothing is lost. Bodies that it does not take wait for the next pass. Resolves with
   * whether anything was read.
   */
  readonly pass: () => Promise<boolean>;
  /** What stands in the journal and not in the store. */
  readonly backlog: () => Backlog;
  /** Records that were journaled and could not be read back, since it was made. */
  readonly lostRecords: () => number;
  readonly close: () => void;
};

/** Moves a journal directory's segments into the log store and deletes those that are done. */
export function createIngester(options: IngesterOptions): Ingester {
  const target = createIngestTarget(options.openStore, options.onBatch);
  const segments = createSegmentTracker(options.directory, target.committed, options.log);
  const losses = createLossNotes(options.log);
  const parts: Parts = { options, target, segments, losses, readRecord: createRecordReader(), room: createReadRoom() };
  const passContent = createContentPass(parts);
  const forgetProgress = () => {
    segments.clear();
    target.close();
  };
  return {
    pass: async () => {
      try {
        await target.open(() => new Set(listSegments(options.directory).map(({ file }) => file)));
        const { present, unfinished } = segments.list();
        const records = await ingestKind("records", present, parts);
        const bodies = await passContent(present);
        await removeUnfinished(unfinished, options);
        return records || bodies;
      } catch (error) {
        forgetProgress();
        throw error;
      }
    },
    backlog: () => backlogOf(parts),
    lostRecords: losses.records,
    close: forgetProgress,
  };
}

type Parts = {
  readonly options: IngesterOptions;
  readonly target: IngestTarget;
  readonly segments: SegmentTracker;
  readonly losses: LossNotes;
  readonly readRecord: RecordReader;
  /** For looking at what is not ingested yet. */
  readonly room: ReadRoom;
};

/**
 * Ingests the segments of one kind, records all and bodies until a batch is full, and deletes those that are done. True
 * when something was read.
 */
async function ingestKind(kind: SegmentName["kind"], present: readonly SegmentName[], parts: Parts): Promise<boolean> {
  const removable: SegmentName[] = [];
  for (const group of groups(present.filter((name) => name.kind === kind))) {
    removable.push(...(await ingestGroup(group, parts)));
  }
  const hasRead = await parts.target[kind].commit();
  await remove(removable, parts);
  return hasRead;
}

/** A pass over bodies. Where they cannot be kept it says so once, leaves them in the journal, and records go on. */
function createContentPass(parts: Parts): (present: readonly SegmentName[]) => Promise<boolean> {
  let failing = false;
  return async (present) => {
    try {
      const hasRead = await ingestKind("content", present, parts);
      failing = false;
      return hasRead;
    } catch (error) {
      parts.target.content.drop();
      for (const name of present) if (name.kind === "content") parts.segments.untrack(name);
      if (!failing)
        parts.options.log.warn({ error }, "Cannot keep bodies; they stay in the journal and are tried again");
      failing = true;
      return false;
    }
  };
}

/** Ingests one writer's segments of one kind, in order; returns those that can go once they are committed. */
async function ingestGroup(group: readonly SegmentName[], parts: Parts): Promise<readonly SegmentName[]> {
  const last = group.at(-1);
  if (last === undefined) return [];
  const { segments, options } = parts;
  let finished = last.worker === "supervisor";
  for (const name of group) {
    const segment = segments.track(name);
    const sealed = finished || name !== last;
    const progressed = segment !== undefined && (await ingest(segment, sealed, parts));
    if (sealed || progressed || last.worker === "supervisor") continue;
    finished = !(await options.isWriterAlive(last.generation, last.worker));
    if (finished && segment !== undefined) await ingest(segment, true, parts);
  }
  const kept = finished ? 0 : keptFullSegments[last.kind] + 1;
  return group.slice(0, group.length - kept).filter((name) => segments.track(name)?.complete ?? true);
}

/** True when something was read. Of bodies no more is read once their batch is full. */
async function ingest(segment: TrackedSegment, sealed: boolean, parts: Parts): Promise<boolean> {
  const { target, losses, readRecord } = parts;
  const { kind } = segment.name;
  const { batch, room, isFull, commit }: BatchTarget = target[kind];
  if (segment.complete || isFull()) return false;
  const before = { offset: segment.position.offset, lost: segment.lost };
  while (readInto(batch(), segment, readRecord, { sealed, limit: room() }) && (kind === "records" || !isFull())) {
    if (isFull()) await commit();
  }
  losses.note(segment, before.lost);
  return segment.position.offset !== before.offset;
}

type LossNotes = {
  /** Reports what has been lost of a segment since. */
  readonly note: (segment: TrackedSegment, before: TrackedSegment["lost"]) => void;
  readonly records: () => number;
};

function createLossNotes(log: JournalLog): LossNotes {
  let records = 0;
  return {
    note: ({ lost, name }, before) => {
      const [frames, bytes] = [lost.frames - before.frames, lost.bytes - before.bytes];
      if (bytes === 0) return;
      if (name.kind === "records") records += frames;
      log.error({ segment: name.file, frames, bytes }, "Cannot read part of a journal segment; going on behind it");
    },
    records: () => records,
  };
}

async function remove(names: readonly SegmentName[], { options, target, segments }: Parts): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) {
    const segment = segments.track(name);
    segments.untrack(name);
    putAway(options.directory, name, segment, options.log);
  }
  await target.forget(names.map(({ file }) => file));
}

function backlogOf({ target, segments, room }: Parts): Backlog {
  let [records, bytes] = [0, 0];
  for (const name of segments.list().present) {
    const segment = segments.track(name);
    if (segment === undefined || segment.complete) continue;
    const left = unread(segment, target.committed().get(name.file) ?? segment.position, room);
    bytes += left.bytes;
    if (name.kind === "records") records += left.frames;
  }
  return { records, bytes };
}

function groups(segments: readonly SegmentName[]): readonly (readonly SegmentName[])[] {
  const all: SegmentName[][] = [];
  for (const name of segments) {
    const first = all.at(-1)?.[0];
    if (first !== undefined && first.kind === name.kind && sameWriter(first, name)) all.at(-1)?.push(name);
    else all.push([name]);
  }
  return all;
}

/** Deletes an ingested segment, or sets it aside under another name when something in it could not be read. */
function putAway(directory: string, name: SegmentName, segment: TrackedSegment | undefined, log: JournalLog): void {
  const path = join(directory, name.file);
  const neverBegun = statSync(path).size < segmentHeaderBytes;
  if (!neverBegun && (segment === undefined || segment.lost.bytes > 0)) {
    const lost = segment?.lost ?? "all";
    log.error({ segment: name.file, lost }, `Cannot read all of a journal segment; kept as *${damagedSuffix}`);
    renameSync(path, path + damagedSuffix);
    return;
  }
  if (segment?.tornTail) log.warn({ segment: name.file }, "A journal segment ends in half a frame: its writer died");
  // So the supervisor knows what was done from what was deleted, see `interrupted-segments.ts`.
  if (name.worker === "supervisor") truncateSync(path);
  rmSync(path, { force: true });
}

/** Half-prepared segments of workers that died. */
async function removeUnfinished(
  unfinished: readonly SegmentName[],
  { directory, isWriterAlive }: IngesterOptions,
): Promise<void> {
  for (const { file, generation, worker } of unfinished) {
    const abandoned = worker !== "supervisor" && !(await isWriterAlive(generation, worker));
    if (abandoned) rmSync(join(directory, file + unfinishedSuffix), { force: true });
  }
}
