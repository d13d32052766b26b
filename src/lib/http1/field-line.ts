/** What the readers of this folder give in place of an offset. */
export const needsMore = -1;
export const isInvalid = -2;

export const lf = 10;
export const cr = 13;
const tab = 9;
const space = 32;
const zero = 48;
const colon = 58;
const rubout = 127;

/** 1 for bytes of a name (RFC 9110 § 5.6.2), 2 for those of a value or reason alone (§ 5.5), 0 for others. */
const byteKinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte))) return 1;
  return byte === tab || (byte >= space && byte !== rubout) ? 2 : 0;
});

/** The place of the ":" of a field line that begins there; `needsMore` or `isInvalid`. */
export function endOfName(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && byteKinds[bytes[at] ?? 0] === 1) at++;
  if (at === bytes.length) return needsMore;
  return at > from && bytes[at] === colon ? at : isInvalid;
}

/** Past the CRLF that ends a text without control characters; `needsMore` or `isInvalid`. */
export function endOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && byteKinds[bytes[at] ?? 0] !== 0) at++;
  if (at < bytes.length && bytes[at] !== cr) return isInvalid;
  if (at + 1 >= bytes.length) return needsMore;
  return bytes[at + 1] === lf ? at + 2 : isInvalid;
}

/** Past the CRLF that begins there; `needsMore` or `isInvalid`. */
export function endOfBlank(bytes: Uint8Array, from: number): number {
  if (from < bytes.length && bytes[from] !== cr) return isInvalid;
  if (from + 1 >= bytes.length) return needsMore;
  return bytes[from + 1] === lf ? from + 2 : isInvalid;
}

/** The decimal number of so many digits at most that stands there alone, but for blanks around it; `isInvalid` for others. */
export function numberIn(bytes: Uint8Array, from: number, end: number, maxDigits: number): number {
  let at = from;
  let last = end;
  while (at < last && isBlank(bytes[at])) at++;
  while (last > at && isBlank(bytes[last - 1])) last--;
  if (at === last || last - at > maxDigits) return isInvalid;
  let value = 0;
  for (; at < last; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return isInvalid;
    value = value * 10 + digit;
  }
  return value;
}

/** A space or a tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab;
}

/** The text of a line's part, without blanks around it. */
export function textOf(bytes: Uint8Array, from: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, from, end).trim();
}

/** Whether a field name, whose characters were checked, is that one in any case. */
export function isNamed(bytes: Uint8Array, from: number, end: number, name: Uint8Array): boolean {
  if (end - from !== name.length) return false;
  for (let index = 0; index < name.length; index++) {
    if (((bytes[from + index] ?? 0) | 32) !== name[index]) return false;
  }
  return true;
}
