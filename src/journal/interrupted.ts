import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { startOfId } from "#core/ids";
import type { NanoDollars } from "#core/money";
import type { Charge, RequestRecord } from "#core/record";
import { createRecordReader, type RecordReader } from "#core/record-bytes";
import { unlistedModels } from "#core/target";
import { noUsage } from "#core/usage";
import { isObject, stringOf, tryParseJson } from "#lib/json";
import { createBatches } from "./batch";
import { maxRecordBytes, maxRecordFrameBytes } from "./record-encoding";
import { openSegment, segmentStart } from "./segment";
import { createSegmentHeader, segmentHeaderBytes } from "./segment-header";
import { listSegments, nextSequence, segmentName, unfinishedSuffix } from "./segment-name";
import { syncDirectoryNow } from "./sync-directory";
import { writeFully } from "./write-fully";

/** A request that was running when its worker died, as its hold row tells. */
export type InterruptedRequest = {
  readonly id: string;
  /** What it is charged. */
  readonly charges: readonly Charge[];
  /** What the worker noted of it when it began: JSON, see `readLabel`. */
  readonly label: string;
  /** Where it was sent last, `provider/model#key`; empty when that is unknown. */
  readonly target: string;
  /** Tokens of all attempts but what was relayed, estimated. */
  readonly input: number;
  /** Tokens relayed so far, estimated. */
  readonly output: number;
  /** Absent when a price is unknown. */
  readonly cost?: NanoDollars;
  /** As in records. */
  readonly paidBy?: RequestRecord["paidBy"];
};

/** The account of a request that was cut off by the death of its worker. */
export function interruptedRecord(request: InterruptedRequest, worker: number, nowMs: number): RequestRecord {
  const startedAtMs = startOfId(request.id);
  return {
    id: request.id,
    requestId: request.id,
    startedAtMs,
    durationMs: Math.max(0, nowMs - startedAtMs),
    upstreamMs: 0,
    worker,
    endpoint: "unknown",
    attempts: [],
    stream: false,
    status: 0,
    outcome: "interrupted",
    errorCode: "internal_error",
    errorSource: "gateway",
    errorMessage: "The worker process died while it served this request",
    usage: { ...noUsage, input: request.input, output: request.output, estimated: true },
    charges: request.charges,
    requestBytes: 0,
    responseBytes: 0,
    ...splitTarget(request.target),
    ...readLabel(request.label),
    ...(request.cost === undefined ? {} : { cost: request.cost }),
    ...(request.paidBy === undefined ? {} : { paidBy: request.paidBy }),
  };
}

/**
 * Finds what a dead worker itself journaled, by id. Looked for before its requests are settled: a record that is found
 * stands, and only requests without one are interrupted.
 */
export function findRecords(
  directory: string,
  writer: { readonly generation: number; readonly worker: number },
  ids: ReadonlySet<string>,
): ReadonlyMap<string, RequestRecord> {
  const found = new Map<string, RequestRecord>();
  if (ids.size === 0) return found;
  const readRecord = createRecordReader();
  for (const name of listSegments(directory).toReversed()) {
    if (name.kind !== "records" || name.generation !== writer.generation || name.worker !== writer.worker) continue;
    for (const record of recordsOf(join(directory, name.file), readRecord)) {
      if (ids.has(record.id)) found.set(record.id, record);
    }
    if (found.size === ids.size) break;
  }
  return found;
}

/**
 * Writes records on behalf of a dead worker as one finished segment, on disk on return, for ingestion to pick up.
 * Throws what the file system throws; then nothing was written. Twice the same record is one row.
 * Returns the segment's path; undefined where there is nothing to write.
 */
export function appendInterrupted(
  directory: string,
  generation: number,
  records: readonly RequestRecord[],
): string | undefined {
  if (records.length === 0) return undefined;
  const writer = { generation, worker: "supervisor" } as const;
  const path = join(directory, segmentName(writer, "records", nextSequence(directory, writer, "records")).file);
  const { header, bytes } = createSegmentHeader();
  const batch = createBatches()();
  for (const record of records) batch.add(record);
  const room = segmentHeaderBytes + records.length * maxRecordFrameBytes;
  const end = batch.seal(0, { fd: -1, path, bytes: room, seed: header.seed, offset: segmentHeaderBytes, frames: 0 });
  placeSegment(directory, path, Buffer.concat([bytes, batch.bytes(0, end)]));
  return path;
}

/** Makes a segment of these bytes, on disk on return. */
export function placeSegment(directory: string, path: string, bytes: Buffer): void {
  const fd = openSync(path + unfinishedSuffix, "wx", 0o600);
  try {
    writeFully(writeSync, fd, bytes, 0);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(path + unfinishedSuffix, path);
  syncDirectoryNow(directory);
}

/**
 * The key and the endpoint of the request, as the worker noted them: `{keyId, keyName, team, customer, endpoint, dialect}`, and
 * the `model` where its target stands for all that are not listed. All of it may be missing.
 */
function readLabel(label: string) {
  const parsed = tryParseJson(label);
  if (!isObject(parsed)) return {};
  const named = (["keyId", "keyName", "team", "customer", "endpoint", "dialect", "model"] as const).flatMap((field) => {
    const value = stringOf(parsed, field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(named);
}

/**
 * Models may have `/` and `#` in their names, ids of providers and names of keys do not. Where the row stands for all models that
 * are not listed it tells of none.
 */
function splitTarget(target: string): Pick<RequestRecord, "provider" | "model" | "providerKey"> {
  const slash = target.indexOf("/");
  const hash = target.lastIndexOf("#");
  if (slash <= 0 || hash < slash) return {};
  const model = target.slice(slash + 1, hash);
  return {
    provider: target.slice(0, slash),
    ...(model === unlistedModels ? {} : { model }),
    providerKey: target.slice(hash + 1),
  };
}

function* recordsOf(path: string, readRecord: RecordReader): Generator<RequestRecord> {
  const reader = openSegment(path, maxRecordBytes);
  if (reader === undefined) return;
  try {
    let position = segmentStart;
    for (let atTail = false; !atTail; ) {
      const read = reader.read(position, { sealed: true, limit: 1000 });
      for (const { payload } of read.frames) {
        const record = readRecord(payload);
        if (record !== undefined) yield record;
      }
      position = read.position;
      atTail = read.atTail;
    }
  } finally {
    reader.close();
  }
}
