import { parseRecord } from "#core/parse-record";
import type { RequestRecord } from "#core/record";
import { writeRecord } from "#core/record-bytes";
import type { FieldType } from "#core/record-field";
import { recordShape } from "#core/record-fields";
import type { ByteWriter } from "#lib/byte-writer";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { frameHeaderBytes } from "./frame";

/** What a claim sets aside: the largest frame that a record can become. */
export const maxRecordFrameBytes = 8192;
export const maxRecordBytes = maxRecordFrameBytes - frameHeaderBytes;

/** How a record that is too long is cut, in steps: first its strings, then its lists. Charges are never cut. */
const keptStringLengths = [1024, 256, 64, 32];
const keptEntries = [Number.POSITIVE_INFINITY, 8, 1];

/**
 * Writes a record where the writer stands, in at most `maxRecordBytes`: a longer one has its strings cut and its lists
 * shortened until it fits. Throws RangeError, with nothing written, for a record that cannot be made to fit (more than
 * about 250 charges).
 */
export function encodeRecord(writer: ByteWriter, record: RequestRecord): void {
  const start = writer.at;
  writeRecord(writer, record);
  if (writer.at - start <= maxRecordBytes) return;
  for (const shorter of shorterRecords(record)) {
    writer.at = start;
    writeRecord(writer, shorter);
    if (writer.at - start <= maxRecordBytes) return;
  }
  writer.at = start;
  throw new RangeError(`Cannot journal record ${record.id}: ${record.charges.length} charges do not fit`);
}

function* shorterRecords(record: RequestRecord): Generator<RequestRecord> {
  for (const entries of keptEntries) {
    const shorter = shortened(record, entries);
    for (const length of keptStringLengths) {
      const json = JSON.stringify(shorter, (_, value) => (typeof value === "string" ? cut(value, length) : value));
      const cutRecord = parseRecord(json);
      if (cutRecord !== undefined) yield cutRecord;
    }
  }
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
