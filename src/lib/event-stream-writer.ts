import { crc32 } from "node:zlib";

const preludeBytes = 12;
const crcBytes = 4;
const stringType = 7;

/** A header whose value is a string: all that services send in practice. */
export type TextHeader = readonly [name: string, value: string];

/**
 * One message of an AWS event stream, as `createEventStreamParser` reads it. Names are up to 255 bytes of UTF-8, values up to
 * 65,535. https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function writeEventStreamMessage(headers: readonly TextHeader[], payload: string): Uint8Array {
  let headersBytes = 0;
  for (const [name, value] of headers) headersBytes += 1 + Buffer.byteLength(name) + 3 + Buffer.byteLength(value);
  const payloadBytes = Buffer.byteLength(payload);
  const totalBytes = preludeBytes + headersBytes + payloadBytes + crcBytes;
  const message = Buffer.allocUnsafe(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(headersBytes, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  let at = preludeBytes;
  for (const [name, value] of headers) at = writeHeader(message, at, name, value);
  message.write(payload, at);
  const end = totalBytes - crcBytes;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

function writeHeader(message: Buffer, from: number, name: string, value: string): number {
  const nameBytes = message.write(name, from + 1);
  message.writeUInt8(nameBytes, from);
  const typeAt = from + 1 + nameBytes;
  message.writeUInt8(stringType, typeAt);
  const valueBytes = message.write(value, typeAt + 3);
  message.writeUInt16BE(valueBytes, typeAt + 1);
  return typeAt + 3 + valueBytes;
}
