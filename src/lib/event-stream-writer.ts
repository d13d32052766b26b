import { crc32Of, crc32Within } from "./crc32";

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

/** A message with these headers (`headerBytes`). Their and the payload's checksums are taken from whole arrays: views cost more than copies. */
export function writeWithHeaders(headers: Uint8Array, payload: string): Uint8Array {
  const payloadBytes = utf8.encode(payload);
  const payloadStart = preludeBytes + headers.length;
  const end = payloadStart + payloadBytes.length;
  const message = new Uint8Array(end + crcBytes);
  writeUint32(message, 0, message.length);
  writeUint32(message, 4, headers.length);
  writeUint32(message, 8, crc32Within(message, 0, 8));
  message.set(headers, preludeBytes);
  message.set(payloadBytes, payloadStart);
  writeUint32(message, end, crc32Of(payloadBytes, crc32Of(headers, crc32Within(message, 0, preludeBytes))));
  return message;
}

const utf8 = new TextEncoder();

function writeUint32(message: Uint8Array, at: number, value: number): void {
  message[at] = value >>> 24;
  message[at + 1] = value >>> 16;
  message[at + 2] = value >>> 8;
  message[at + 3] = value;
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
