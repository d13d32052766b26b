import { FramingError } from "./frame-parser";

export type EventHeader =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "byte" | "short" | "integer"; readonly value: number }
  | { readonly type: "long"; readonly value: bigint }
  | { readonly type: "binary"; readonly value: Uint8Array }
  | { readonly type: "string"; readonly value: string }
  /** Milliseconds since the epoch. */
  | { readonly type: "timestamp"; readonly value: bigint }
  /** In the usual form of 36 characters. */
  | { readonly type: "uuid"; readonly value: string };

export type EventHeaders = ReadonlyMap<string, EventHeader>;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the headers of an AWS event stream's message: each the length of its name (1 byte), the name, a type (1 byte) and
 * a value. Throws FramingError for what is cut short, an unknown type, a repeated or empty name and text that is not
 * UTF-8.
 */
export function readEventHeaders(bytes: Uint8Array): EventHeaders {
  const reader = createReader(bytes);
  const headers = new Map<string, EventHeader>();
  while (!reader.isAtEnd()) {
    const name = textOf(reader.take(reader.view(1).getUint8(0)));
    if (name === "") throw new FramingError("header has no name");
    if (headers.has(name)) throw new FramingError(`header "${name}" comes twice`);
    headers.set(name, readValue(reader));
  }
  return headers;
}

type Reader = ReturnType<typeof createReader>;

function createReader(bytes: Uint8Array) {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new FramingError("headers are cut short");
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    isAtEnd: () => at === bytes.length,
    take,
    view: (length: number): DataView => {
      const { buffer, byteOffset } = take(length);
      return new DataView(buffer, byteOffset, length);
    },
  };
}

/** The numbers of the types: https://smithy.io/2.0/aws/amazon-eventstream.html */
function readValue(reader: Reader): EventHeader {
  const type = reader.view(1).getUint8(0);
  switch (type) {
    case 0:
    case 1:
      return { type: "boolean", value: type === 0 };
    case 2:
      return { type: "byte", value: reader.view(1).getInt8(0) };
    case 3:
      return { type: "short", value: reader.view(2).getInt16(0) };
    case 4:
      return { type: "integer", value: reader.view(4).getInt32(0) };
    case 5:
      return { type: "long", value: reader.view(8).getBigInt64(0) };
    case 6:
      return { type: "binary", value: reader.take(reader.view(2).getUint16(0)) };
    case 7:
      return { type: "string", value: textOf(reader.take(reader.view(2).getUint16(0))) };
    case 8:
      return { type: "timestamp", value: reader.view(8).getBigInt64(0) };
    case 9:
      return { type: "uuid", value: uuidOf(reader.take(16)) };
    default:
      throw new FramingError(`header has the unknown type ${type}`);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new FramingError("header is not UTF-8", { cause });
  }
}

function uuidOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
