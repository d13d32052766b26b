import { crc32 } from "node:zlib";

/**
 * A frame is what one record or one pair of bodies becomes in a segment file. Little-endian, aligned to 8 bytes:
 *
 *     0  magic     u32   starts with 0xF5, a byte that UTF-8 text cannot contain
 *     4  checksum  u32   CRC-32 over everything from byte 8 to the payload's end, seeded per segment
 *     8  length    u32   of the payload
 *    12  sequence  u32   the frame's number in its segment, from 0: tells how many are missing after damage
 *    16  payload, then zeros up to the alignment
 */
export const frameHeaderBytes = 16;
const frameMagic = 0x4a_47_48_f5;
const magicBytes = Buffer.from([0xf5, 0x48, 0x47, 0x4a]);
const alignment = 8;

export type JournalFrame = { readonly payload: Buffer; readonly sequence: number };

export type ParsedFrames = {
  readonly frames: readonly JournalFrame[];
  /** Bytes of whole frames, from the start. */
  readonly consumed: number;
  /**
   * Why it stopped: `incomplete`: the bytes end inside a frame that needs `needed` bytes; `empty`: zeros, nothing was
   * written there yet; `damaged`: no frame stands there.
   */
  readonly stop: "incomplete" | "empty" | "damaged";
  readonly needed: number;
};

export function frameBytes(payloadBytes: number): number {
  return Math.ceil((frameHeaderBytes + payloadBytes) / alignment) * alignment;
}

/** Completes a frame whose payload already stands in `buffer` at `at + frameHeaderBytes`. */
export function sealFrame(buffer: Buffer, at: number, payloadBytes: number, sequence: number, seed: number): void {
  const payloadEnd = at + frameHeaderBytes + payloadBytes;
  const end = at + frameBytes(payloadBytes);
  buffer.writeUInt32LE(frameMagic, at);
  buffer.writeUInt32LE(payloadBytes, at + 8);
  buffer.writeUInt32LE(sequence, at + 12);
  buffer.writeUInt32LE(crc32(buffer.subarray(at + 8, payloadEnd), seed), at + 4);
  for (let index = payloadEnd; index < end; index++) buffer[index] = 0;
}

/** Reads up to `limit` frames from bytes that begin at a frame's start. */
export function parseFrames(bytes: Buffer, seed: number, maxPayloadBytes: number, limit: number): ParsedFrames {
  const frames: JournalFrame[] = [];
  let at = 0;
  const stopped = (stop: ParsedFrames["stop"], needed: number) => ({ frames, consumed: at, stop, needed });
  while (frames.length < limit) {
    if (at + frameHeaderBytes > bytes.length) return stopped("incomplete", frameHeaderBytes);
    const magic = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 8);
    if (magic !== frameMagic) return stopped(isZero(bytes, at) ? "empty" : "damaged", 0);
    if (length === 0 || length > maxPayloadBytes) return stopped("damaged", 0);
    const payloadEnd = at + frameHeaderBytes + length;
    const size = frameBytes(length);
    if (at + size > bytes.length) return stopped("incomplete", size);
    if (bytes.readUInt32LE(at + 4) !== crc32(bytes.subarray(at + 8, payloadEnd), seed)) return stopped("damaged", 0);
    frames.push({ payload: bytes.subarray(at + frameHeaderBytes, payloadEnd), sequence: bytes.readUInt32LE(at + 12) });
    at += size;
  }
  return stopped("incomplete", frameHeaderBytes);
}

/** Where the next frame could start at or after `from`, or -1. `bytes` must begin at an aligned place of the segment. */
export function findMagic(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(magicBytes, from);
  while (at !== -1 && at % alignment !== 0) at = bytes.indexOf(magicBytes, at + 1);
  return at;
}

function isZero(bytes: Buffer, at: number): boolean {
  for (let i = at; i < at + frameHeaderBytes; i++) if (bytes[i] !== 0) return false;
  return true;
}
