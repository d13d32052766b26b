import { isTextOf, TextCache } from "./text-cache";

/** Reads what `ByteWriter` writes. Beyond the end stand zeros, so that it is enough to look at `at` when all is read. */
export class ByteReader {
  at = 0;
  bytes: Buffer;
  /** Texts that are read often, of all that this reader reads. */
  private texts: TextCache | undefined;
  /** Ids are often repeated as the text that follows. */
  private lastHex = "";

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = asBuffer(bytes);
  }

  /** Goes on with other bytes, from a place in them. */
  open(bytes: Uint8Array, at: number): void {
    this.bytes = asBuffer(bytes);
    this.at = at;
  }

  /** A varint. What is 2⁵³ or more was never written, and is not exact. */
  next(): number {
    let byte = this.bytes[this.at++] ?? 0;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let scale = 128; byte >= 128; scale *= 128) {
      byte = this.bytes[this.at++] ?? 0;
      value += (byte & 127) * scale;
    }
    return value;
  }

  float64(): number {
    const start = this.at;
    this.at += 8;
    return this.at <= this.bytes.length ? this.bytes.readDoubleLE(start) : 0;
  }

  /** A text with its length before it. */
  text(): string {
    const length = this.next();
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) return "";
    if (isTextOf(this.lastHex, this.bytes, start, length)) return this.lastHex;
    this.texts ??= new TextCache();
    return this.texts.read(this.bytes, start, this.at);
  }

  /** So many bytes as hex digits. */
  hex(length: number): string {
    const start = this.at;
    this.at += length;
    this.lastHex = this.bytes.toString("hex", start, this.at);
    return this.lastHex;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
