import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The first 32 bytes of every segment file: magic and format version, then a random identity, which tells a file from
 * an older one of the same name and seeds every checksum, so that bytes of a client cannot pass for a frame.
 */
export const segmentHeaderBytes = 32;
const magic = Buffer.from("HGSEG\0\0\u0001", "latin1");

export type SegmentHeader = {
  /** 16 random bytes in hex. */
  readonly identity: string;
  /** What the checksums of its frames start from. */
  readonly seed: number;
};

export function createSegmentHeader(): { readonly header: SegmentHeader; readonly bytes: Buffer } {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes);
  randomBytes(16).copy(bytes, 8);
  const seed = crc32(bytes.subarray(0, 24));
  bytes.writeUInt32LE(seed, 24);
  return { header: { identity: bytes.toString("hex", 8, 24), seed }, bytes };
}

/** Undefined when these are not the first bytes of a segment in a format that we know. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const seed = crc32(bytes.subarray(0, 24));
  if (bytes.readUInt32LE(24) !== seed) return undefined;
  return { identity: bytes.toString("hex", 8, 24), seed };
}
