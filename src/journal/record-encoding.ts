import type { RequestRecord } from "#core/record";
import { frameBytes, frameHeaderBytes } from "./frame";

/** What a claim sets aside: the largest frame that a record can become. */
export const maxRecordFrameBytes = 8192;
export const maxRecordBytes = maxRecordFrameBytes - frameHeaderBytes;

/** How a record that is too long is cut, in steps: first its strings, then its lists. Charges are never cut. */
const keptStringLengths = [1024, 256, 64, 32];
const keptEntries = [Number.POSITIVE_INFINITY, 8, 1];

/**
 * Writes a record as JSON into `buffer` at `at` and returns its length in bytes, at most `maxRecordBytes`: a longer one
 * has its strings cut and its lists shortened until it fits. `buffer` must have room for three times that from `at`.
 * Throws RangeError for a record that cannot be made to fit (more than about 80 charges).
 */
export function writeRecord(buffer: Buffer, at: number, record: RequestRecord): number {
  const json = JSON.stringify(record);
  if (json.length <= maxRecordBytes) {
    const bytes = buffer.write(json, at, "utf8");
    if (bytes <= maxRecordBytes) return bytes;
  }
  return buffer.write(fittingJson(record), at, "utf8");
}

export const recordRoomBytes = frameBytes(3 * maxRecordBytes);

function fittingJson(record: RequestRecord): string {
  for (const entries of keptEntries) {
    const shorter = shortened(record, entries);
    for (const length of keptStringLengths) {
      const json = JSON.stringify(shorter, (_, value) => (typeof value === "string" ? cut(value, length) : value));
      if (Buffer.byteLength(json) <= maxRecordBytes) return json;
    }
  }
  throw new RangeError(`Cannot journal record ${record.id}: ${record.charges.length} charges do not fit`);
}

/** At least 32 characters stay, so that an id is never cut. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

function shortened(record: RequestRecord, entries: number): RequestRecord {
  const { attempts, dropped, limits, tags } = record;
  return {
    ...record,
    attempts: attempts.slice(-entries),
    ...(dropped && { dropped: dropped.slice(0, entries) }),
    ...(limits && { limits: limits.slice(0, entries) }),
    ...(tags && { tags: Object.fromEntries(Object.entries(tags).slice(0, entries).map(withShortName)) }),
  };
}

function withShortName([name, value]: readonly [string, string]): [string, string] {
  return [cut(name, 64), value];
}

/** Reads what `writeRecord` wrote. The frame's checksum vouches that a Headgate wrote it; only the id is checked again. */
export function readRecord(payload: Buffer): RequestRecord | undefined {
  try {
    const record: RequestRecord = JSON.parse(payload.toString("utf8"));
    return /^[0-9a-f]{32}$/.test(record.id) ? record : undefined;
  } catch {
    return undefined;
  }
}
