import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The first 32 bytes of every segment file: magic (7) and format version (1), then a random identity (16), which tells a
 * file from an older one of the same name, and a CRC-32 of these, which every checksum of a frame starts from, so that
 * bytes of a client cannot pass for a frame. All versions have the same header. The version says how frames and records
 * are encoded; a further field of records is no further version, see `core/record-fields.ts`.
 */
export const segmentHeaderBytes = 32;
const magic = Buffer.from("HGSEG\0\0", "latin1");
/** 1: records are JSON. 2: they begin with a byte that says in which form they are, see `core/record-bytes.ts`; a brace is JSON. */
const version = 2;
const oldestVersion = 1;

export type SegmentHeader = {
  /** 16 random bytes in hex. */
  readonly identity: string;
  /** What the checksums of its frames start from. */
  readonly seed: number;
};

export function createSegmentHeader(): { readonly header: SegmentHeader; readonly bytes: Buffer } {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes);
  bytes.writeUInt8(version, magic.length);
  randomBytes(16).copy(bytes, 8);
  const seed = crc32(bytes.subarray(0, 24));
  bytes.writeUInt32LE(seed, 24);
  return { header: { identity: bytes.toString("hex", 8, 24), seed }, bytes };
}

/** Undefined when these are not the first bytes of a segment in the format that we know. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  const found = versionOf(bytes) ?? 0;
  return found >= oldestVersion && found <= version
    ? { identity: bytes.toString("hex", 8, 24), seed: crc32(bytes.subarray(0, 24)) }
    : undefined;
}

/** Whether these are the first bytes of a segment that a later Headgate wrote. */
export function isOfLaterVersion(bytes: Buffer): boolean {
  return (versionOf(bytes) ?? 0) > version;
}

function versionOf(bytes: Buffer): number | undefined {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  return bytes.readUInt32LE(24) === crc32(bytes.subarray(0, 24)) ? bytes.readUInt8(magic.length) : undefined;
}
