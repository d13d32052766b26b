const places = 4096;
/** Longer texts are seldom the same again. */
const longest = 64;

/**
 * Makes texts of UTF-8 bytes, and of the same bytes the same text again without making it anew: to compare it with bytes
 * that have just been read takes a fifth of what decoding and a new string take. Holds 4,096 texts of up to 64 bytes.
 */
export class TextCache {
  private readonly known: string[] = new Array<string>(places).fill("");

  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > longest) return bytes.toString("utf8", start, end);
    if (length === 0) return "";
    const place = placeOf(bytes, start, length);
    const known = this.known[place] ?? "";
    if (isTextOf(known, bytes, start, length)) return known;
    const text = bytes.toString("utf8", start, end);
    this.known[place] = text;
    return text;
  }
}

/** Of the bytes in which names differ most. */
function placeOf(bytes: Buffer, start: number, length: number): number {
  const last = start + length - 1;
  const ends = ((bytes[last] ?? 0) << 8) ^ (bytes[last - 1] ?? 0);
  const hash =
    Math.imul(ends, 31) ^ Math.imul(bytes[start] ?? 0, 129) ^ Math.imul(bytes[start + (length >> 1)] ?? 0, 257);
  return (hash ^ (hash >>> 12) ^ length) & (places - 1);
}

/** Whether bytes are the UTF-8 of a text. Says so only of texts that are ASCII: others have more bytes than characters. */
export function isTextOf(known: string, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index++) if (known.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}
