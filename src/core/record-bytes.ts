import { ByteReader } from "#lib/byte-reader";
import type { ByteWriter } from "#lib/byte-writer";
import { parseRecord } from "./parse-record";
import type { RequestRecord } from "./record";
import { readRecord, writeRecord as writeFields } from "./record-codec.gen";

/**
 * A record as it is journaled and stored: a byte that says in which form, then the record. Form 1 is binary, see
 * `field-bytes.ts`. Versions before it wrote JSON, whose first byte is an opening brace.
 */
const binaryForm = 1;
const jsonForm = "{".charCodeAt(0);

/** Writes a record where the writer stands. What is longer than 2¹⁴ bytes is not written as it is: look at how much was. */
export function writeRecord(writer: ByteWriter, record: RequestRecord): void {
  writer.ensure(1);
  writer.next(binaryForm);
  writeFields(writer, record);
}

/** Undefined for what is no record of this or an older version. */
export type RecordReader = (bytes: Uint8Array) => RequestRecord | undefined;

/** Makes a reader of records in either form. It keeps texts that come again, so that of many records each is made once. */
export function createRecordReader(): RecordReader {
  const reader = new ByteReader();
  return (bytes) => {
    if (bytes[0] === jsonForm) return parseRecord(new TextDecoder().decode(bytes));
    if (bytes[0] !== binaryForm) return undefined;
    reader.open(bytes, 1);
    return readRecord(reader, bytes.length);
  };
}
