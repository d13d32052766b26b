import { TextCache } from "./text-cache";

/** Reads what `ByteWriter` writes. Beyond the end stand zeros, so that it is enough to look at `at` when all is read. */
export class ByteReader {
  at = 0;
  bytes: Buffer;
  private readonly texts: TextCache;

  /** `texts`: those that are read often, of all readers that are given the same. */
  constructor(bytes: Uint8Array, texts: TextCache = new TextCache()) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.texts = texts;
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
    return this.at <= this.bytes.length ? this.texts.read(this.bytes, start, this.at) : "";
  }

  /** So many bytes as hex digits. */
  hex(length: number): string {
    const start = this.at;
    this.at += length;
    return this.bytes.toString("hex", start, this.at);
  }
}
