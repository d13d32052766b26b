import { cr, lf } from "./field-line";

const maxSizeDigits = 7;
const [zero, nine, smallA, smallF] = [0x30, 0x39, 0x61, 0x66];

/**
 * Where the data begins of the one chunk (RFC 9112 § 7.1) that these bytes are, whole and without extensions: it ends two
 * bytes before them. -1 for all else, among it what is a chunk too and only rare.
 */
export function dataOfOnlyChunk(bytes: Uint8Array): number {
  let size = 0;
  let at = 0;
  for (; at < maxSizeDigits; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) size = size * 16 + byte - zero;
    else if ((byte | 0x20) >= smallA && (byte | 0x20) <= smallF) size = size * 16 + (byte | 0x20) - smallA + 10;
    else break;
  }
  const from = at + 2;
  const end = from + size;
  const isWhole = size > 0 && end + 2 === bytes.length && hasCrlf(bytes, at) && hasCrlf(bytes, end);
  return isWhole ? from : -1;
}

function hasCrlf(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === cr && bytes[at + 1] === lf;
}
