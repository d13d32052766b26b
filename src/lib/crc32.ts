import { crc32 } from "node:zlib";

/** What each value of a byte adds; the polynomial is that of zlib, whose `crc32` this is for a part of bytes. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/**
 * CRC-32 of a few bytes that stand in others, going on from that of those before them. A loop: zlib's takes no range, and
 * the view that it would need costs a hundred bytes' worth.
 */
export function crc32Within(bytes: Uint8Array, from: number, to: number, before = 0): number {
  let crc = ~before;
  for (let at = from; at < to; at++) crc = (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** CRC-32 of all of the bytes, going on from that of those before them. */
export const crc32Of: (bytes: Uint8Array, before?: number) => number = crc32;
