/** Writes what `ByteReader` reads, into a buffer that is used again and grows. */
export class ByteWriter {
  at = 0;
  private buffer = new Uint8Array(64 << 10);

  /** Makes room for so many bytes: what follows does not look. */
  ensure(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = new Uint8Array(2 * (this.at + bytes));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }

  next(value: number): void {
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.buffer[this.at++] = (left % 128) + 128;
    this.buffer[this.at++] = left;
  }

  /** Two bytes of a varint below 2¹⁴ at a place that was left free for it. */
  set(at: number, value: number): void {
    this.buffer[at] = (value % 128) + 128;
    this.buffer[at + 1] = Math.floor(value / 128);
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.buffer.set(from.subarray(start, end), this.at);
    this.at += end - start;
  }

  /** A copy of all that was written. */
  take(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }
}
