import { parseRecord } from "#core/parse-record";
import type { RequestRecord } from "#core/record";
import type { FieldType } from "#core/record-field";
import { recordShape } from "#core/record-fields";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { frameBytes, frameHeaderBytes } from "./frame";

/** What a claim sets aside: the largest frame that a record can become. */
export const maxRecordFrameBytes = 8192;
export const maxRecordBytes = maxRecordFrameBytes - frameHeaderBytes;

/** How a record that is too long is cut, in steps: first its strings, then its lists. Charges are never cut. */
const keptStringLengths = [1024, 256, 64, 32];
const keptEntries = [Number.POSITIVE_INFINITY, 8, 1];

/**
 * Encodes a record as JSON into `buffer` at `at` and returns its length in bytes, at most `maxRecordBytes`: a longer one
 * has its strings cut and its lists shortened until it fits. `buffer` must have room for three times that from `at`.
 * Throws RangeError for a record that cannot be made to fit (more than about 80 charges).
 */
export function encodeRecord(buffer: Buffer, at: number, record: RequestRecord): number {
  const json = JSON.stringify(record);
  if (json.length <= maxRecordBytes) {
    const bytes = buffer.write(json, at, "utf8");
    if (bytes <= maxRecordBytes) return bytes;
  }
  return buffer.write(fittingJson(record), at, "utf8");
}

/** Decodes what `encodeRecord` encoded, by the rules of `parseRecord`. */
export function decodeRecord(payload: Buffer): EncodedRecord | undefined {
  const json = payload.toString("utf8");
  const record = parseRecord(json);
  return record && { record, json };
}

/** A record and the JSON that it was read from, with what only a newer version knows of it. */
export type EncodedRecord = { readonly record: RequestRecord; readonly json: string };

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

const recordFields = Object.entries({ ...recordShape.required, ...recordShape.optional });

function shortened(record: JsonObject, entries: number): JsonObject {
  return Object.fromEntries(
    recordFields.map(([name, { type }]) => [name, shortenedValue(type, record[name], entries)]),
  );
}

/** Of attempts the last ones are kept: the answer came from them. */
function shortenedValue(type: FieldType, value: Json | undefined, entries: number): Json | undefined {
  if ("whole" in type) return value;
  if (type.kind === "objects" && isArray(value)) return value.slice(-entries);
  if (type.kind === "texts" && isArray(value)) return value.slice(0, entries);
  if (type.kind !== "labels" || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, entries)
      .map(([name, label]) => [cut(name, 64), label]),
  );
}
