import { crc32 } from "node:zlib";
import type { StoredBody, StoredContent } from "#core/stored-content";
import { maskInPlace } from "#lib/mask-secrets";

/**
 * Bodies of several requests, compressed together: they are much alike, and one call for many costs a third of a call for
 * each. Little-endian:
 *
 *     0  magic     u32
 *     4  checksum  u32   CRC-32 of all that follows
 *     8  count     u32   of requests
 *    12  length    u32   of the texts before they were compressed
 *    16  a head for each: id (16 bytes), kept and whole length of request and answer (4 × u32)
 *        then the texts, zstd: request and answer of each, a zero byte behind every one
 */
const headerBytes = 16;
const headBytes = 32;
const magic = 0x31_42_47_48;
/** Stands for the whole length of a body that there was not. */
const absent = 0xffff_ffff;
/** Level 1 is the fastest, and the next two gain less than a tenth. */
const compression = { level: 1 } as const;

/** Makes blocks, one at a time. What looks like a secret is masked. */
export function createBlockEncoder(): (contents: readonly StoredContent[]) => Buffer {
  // One for all: of a new one the kernel would have to clear every page.
  let room = Buffer.alloc(0);
  return (contents) => {
    const length = contents.reduce((sum, content) => sum + textBytes(content), 0);
    if (room.length < length) room = Buffer.allocUnsafeSlow(length);
    const texts = room.subarray(0, length);
    const heads = layOut(contents, texts);
    maskInPlace(texts);
    const packed = Bun.zstdCompressSync(texts, compression);
    heads.writeUInt32LE(magic, 0);
    heads.writeUInt32LE(contents.length, 8);
    heads.writeUInt32LE(length, 12);
    heads.writeUInt32LE(crc32(packed, crc32(heads.subarray(8))), 4);
    return Buffer.concat([heads, packed]);
  };
}

/** Fills the texts; returns the header, empty yet, with the heads behind it. */
function layOut(contents: readonly StoredContent[], texts: Buffer): Buffer {
  const heads = Buffer.allocUnsafe(headerBytes + headBytes * contents.length);
  let head = headerBytes;
  let end = 0;
  for (const { id, request, response } of contents) {
    heads.write(id, head, 16, "hex");
    end = addBody(request, heads, head + 16, texts, end);
    end = addBody(response, heads, head + 24, texts, end);
    head += headBytes;
  }
  return heads;
}

/** Returns where the next one begins. */
function addBody(body: StoredBody | undefined, heads: Buffer, head: number, texts: Buffer, start: number): number {
  const length = body?.bytes.length ?? 0;
  heads.writeUInt32LE(length, head);
  heads.writeUInt32LE(body?.totalBytes ?? absent, head + 4);
  if (body !== undefined) texts.set(body.bytes, start);
  texts[start + length] = 0;
  return start + length + 1;
}

/** What a content takes in a block before that is compressed. */
export function textBytes({ request, response }: StoredContent): number {
  return (request?.bytes.length ?? 0) + (response?.bytes.length ?? 0) + 2;
}

/** Undefined when these bytes are no block, or one that was damaged. The bodies are views of one buffer. */
export function decodeBlock(bytes: Buffer): readonly StoredContent[] | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) return undefined;
  if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) return undefined;
  const count = bytes.readUInt32LE(8);
  const texts = Bun.zstdDecompressSync(bytes.subarray(headerBytes + headBytes * count));
  let end = 0;
  const bodyAt = (head: number): StoredBody | undefined => {
    const start = end;
    const length = bytes.readUInt32LE(head);
    const totalBytes = bytes.readUInt32LE(head + 4);
    end += length + 1;
    return totalBytes === absent ? undefined : { bytes: texts.subarray(start, start + length), totalBytes };
  };
  return Array.from({ length: count }, (_, index) => {
    const head = headerBytes + headBytes * index;
    const id = bytes.toString("hex", head, head + 16);
    const request = bodyAt(head + 16);
    const response = bodyAt(head + 24);
    return { id, ...(request !== undefined && { request }), ...(response !== undefined && { response }) };
  });
}
