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
  return writeWithHeaders(headerBytes(headers), payload);
}

/** Headers as they stand in a message, for messages that have them in common. */
export function headerBytes(headers: readonly TextHeader[]): Uint8Array {
  let length = 0;
  for (const [name, value] of headers) length += 1 + Buffer.byteLength(name) + 3 + Buffer.byteLength(value);
  const bytes = Buffer.alloc(length);
  let at = 0;
  for (const [name, value] of headers) at = writeHeader(bytes, at, name, value);
  return bytes;
}

/** A message with these headers (`headerBytes`). */
export function writeWithHeaders(headers: Uint8Array, payload: string): Uint8Array {
  const payloadStart = preludeBytes + headers.length;
  const totalBytes = payloadStart + Buffer.byteLength(payload) + crcBytes;
  const message = Buffer.allocUnsafe(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(headers, preludeBytes);
  message.write(payload, payloadStart);
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
