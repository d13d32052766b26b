const firstBytes = 64 << 10;
/** Longest text that is written character by character: a call of the runtime costs more than that many steps. */
const shortText = 96;
const longestText = 1 << 14;

/** Of a hex digit in lower case. */
function digitOf(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Writes varints, floats and texts into a buffer that is used again and grows. */
export class ByteWriter {
  at = 0;
  bytes = Buffer.allocUnsafe(firstBytes);

  /** Makes room for so many bytes. */
  ensure(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.at + bytes));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  /** A little-endian base-128 varint of an integer from 0 to 2⁵³ − 1. Room for it is there. */
  next(value: number): void {
    let left = value;
    for (; left > 0x7fff_ffff; left = Math.floor(left / 128)) this.bytes[this.at++] = (left % 128) + 128;
    for (; left >= 128; left >>>= 7) this.bytes[this.at++] = (left & 127) | 128;
    this.bytes[this.at++] = left;
  }

  /** Two bytes of a varint below 2¹⁴ at a place that was left free for it. */
  set(at: number, value: number): void {
    this.bytes[at] = (value & 127) | 128;
    this.bytes[at + 1] = value >>> 7;
  }

  /** Room for it is there. */
  float64(value: number): void {
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  /** The bytes that hex digits stand for. Room for them is there. */
  hex(digits: string): void {
    const { bytes } = this;
    for (let index = 0; index < digits.length; index += 2) {
      bytes[this.at++] = (digitOf(digits.charCodeAt(index)) << 4) | digitOf(digits.charCodeAt(index + 1));
    }
  }

  /** The length as a varint, then UTF-8. Makes room for itself. Of one that has not below 2¹⁴ bytes a part that has not either. */
  text(text: string): void {
    const { length } = text;
    if (length > longestText) {
      this.text(text.slice(0, longestText));
      return;
    }
    this.ensure(3 * length + 2);
    if (length <= shortText && this.ascii(text, length)) return;
    const written = this.bytes.write(text, this.at + 2);
    this.set(this.at, written);
    this.at += 2 + written;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.bytes.set(from.subarray(start, end), this.at);
    this.at += end - start;
  }

  /** A copy of all that was written. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.subarray(0, this.at));
  }

  /** False, with nothing written, when a character is none of ASCII. */
  private ascii(text: string, length: number): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at + 1 + index] = code;
    }
    bytes[at] = length;
    this.at = at + 1 + length;
    return true;
  }
}
