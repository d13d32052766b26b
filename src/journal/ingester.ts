import { renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import type { IngestPosition, LogWriter } from "#store/log/log-store";
import type { JournalLog } from "./journal";
import { segmentHeaderBytes } from "./segment-header";
import {
  damagedSuffix,
  listSegments,
  listUnfinished,
  type SegmentName,
  sameWriter,
  unfinishedSuffix,
} from "./segment-name";
import { type OpenBatch, readInto, type TrackedSegment, trackSegment, unread } from "./tracked-segment";

const maxBatchFrames = 1000;
const maxBatchBytes = 8 << 20;
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
  /** Ingests everything that is there. Rejects when the store does not take it: call again, nothing is lost. */
  readonly pass: () => Promise<void>;
  /** What stands in the journal and not in the store. */
  readonly backlog: () => Backlog;
  /** Records that were journaled and could not be read back, since it was made. */
  readonly lostRecords: () => number;
  readonly close: () => void;
};

/** Moves a journal directory's segments into the log store and deletes those that are done. */
export function createIngester(options: IngesterOptions): Ingester {
  const { directory, log } = options;
  const tracked = new Map<string, TrackedSegment>();
  let committed = new Map<string, IngestPosition>();
  let store: LogWriter | undefined;
  let batch = emptyBatch();
  let lostRecords = 0;

  const open = async () => {
    store = await options.openStore();
    committed = new Map(await store.positions());
    const present = new Set(listSegments(directory).map((name) => name.file));
    await store.forget([...committed.keys()].filter((file) => !present.has(file)));
    return store;
  };
  const forgetProgress = () => {
    for (const { reader } of tracked.values()) reader.close();
    tracked.clear();
    batch = emptyBatch();
    store?.close();
    store = undefined;
  };
  const track = (name: SegmentName) => {
    const known = tracked.get(name.file) ?? trackSegment(directory, name, committed.get(name.file));
    if (known !== undefined) tracked.set(name.file, known);
    return known;
  };
  const commit = async (into: LogWriter) => {
    const done = batch;
    if (done.positions.size === 0) return;
    if (done.contents.length > 0) await into.content.keep(done.contents);
    const added = await into.commit(done);
    for (const [file, position] of done.positions) committed.set(file, position);
    batch = emptyBatch();
    if (added.length > 0) options.onBatch(added);
  };
  /** True when something was read. */
  const ingest = async (into: LogWriter, segment: TrackedSegment, sealed: boolean) => {
    const before = segment.position.offset;
    const lostBefore = segment.lost;
    if (segment.complete) return false;
    while (readInto(batch, segment, sealed, maxBatchFrames - frameCount(batch))) {
      if (frameCount(batch) >= maxBatchFrames || batch.bytes >= maxBatchBytes) await commit(into);
    }
    noteLoss(segment, lostBefore);
    return segment.position.offset !== before;
  };
  const noteLoss = ({ lost, name }: TrackedSegment, before: TrackedSegment["lost"]) => {
    const [frames, bytes] = [lost.frames - before.frames, lost.bytes - before.bytes];
    if (bytes === 0) return;
    if (name.kind === "records") lostRecords += frames;
    log.error({ segment: name.file, frames, bytes }, "Cannot read part of a journal segment; going on behind it");
  };
  /** Ingests one writer's segments of one kind, in order; returns those that can go once they are committed. */
  const ingestGroup = async (into: LogWriter, group: readonly SegmentName[]) => {
    const last = group.at(-1);
    if (last === undefined) return [];
    let finished = last.worker === "supervisor";
    for (const name of group) {
      const segment = track(name);
      const sealed = finished || name !== last;
      const progressed = segment !== undefined && (await ingest(into, segment, sealed));
      if (sealed || progressed || last.worker === "supervisor") continue;
      finished = !(await options.isWriterAlive(last.generation, last.worker));
      if (finished && segment !== undefined) await ingest(into, segment, true);
    }
    const kept = finished ? 0 : keptFullSegments[last.kind] + 1;
    return group.slice(0, group.length - kept);
  };
  const remove = async (into: LogWriter, names: readonly SegmentName[]) => {
    if (names.length === 0) return;
    for (const name of names) {
      const segment = tracked.get(name.file);
      segment?.reader.close();
      tracked.delete(name.file);
      putAway(directory, name, segment, log);
    }
    await into.forget(names.map((name) => name.file));
  };

  return {
    pass: async () => {
      try {
        const into = store ?? (await open());
        const removable: SegmentName[] = [];
        for (const group of groups(listSegments(directory))) removable.push(...(await ingestGroup(into, group)));
        await commit(into);
        await remove(into, removable);
        await removeUnfinished(options);
      } catch (error) {
        forgetProgress();
        throw error;
      }
    },
    backlog: () => {
      let [records, bytes] = [0, 0];
      for (const name of listSegments(directory)) {
        const segment = track(name);
        if (segment === undefined || segment.complete) continue;
        const left = unread(segment, committed.get(name.file) ?? segment.position);
        bytes += left.bytes;
        if (name.kind === "records") records += left.frames;
      }
      return { records, bytes };
    },
    lostRecords: () => lostRecords,
    close: forgetProgress,
  };
}

function emptyBatch(): OpenBatch {
  return { records: [], contents: [], positions: new Map(), bytes: 0 };
}

function frameCount(batch: OpenBatch): number {
  return batch.records.length + batch.contents.length;
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
  rmSync(path, { force: true });
}

/** Half-prepared segments of workers that died. */
async function removeUnfinished({ directory, isWriterAlive }: IngesterOptions): Promise<void> {
  for (const { file, generation, worker } of listUnfinished(directory)) {
    const abandoned = worker !== "supervisor" && !(await isWriterAlive(generation, worker));
    if (abandoned) rmSync(join(directory, file + unfinishedSuffix), { force: true });
  }
}
