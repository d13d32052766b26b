import type { PiecedBytes } from "./pieced-bytes";

/** What can be written to: gives how many bytes it took, or less than 0 where it has closed. */
type Writable = { readonly write: (bytes: Uint8Array, offset?: number, length?: number) => number };

const bufferBytes = 64 * 1024;
/** More than the line of a chunk's size takes. */
const sizeLineBytes = 16;
/** So few bytes are copied one by one: a call of the runtime costs more. */
const fewBytes = 8;
const nothing: readonly Uint8Array[] = [];

/** Writes HTTP messages, head and body in one call where both fit its buffer, which all connections share. */
export class SocketWriter {
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);

  /**
   * Head is latin1; where `chunkBytes` is more than 0 the line of a chunk of that size follows it. Gives what could not be
   * written yet; undefined where the socket has closed and nothing was.
   */
  write(
    socket: Writable,
    head: string,
    pieces: readonly Uint8Array[],
    chunkBytes = 0,
  ): readonly Uint8Array[] | undefined {
    if (head.length > bufferBytes - sizeLineBytes) {
      return this.write(socket, "", [Buffer.from(head + sizeLine(chunkBytes), "latin1"), ...pieces]);
    }
    const { buffer } = this;
    let filled = head === "" ? 0 : buffer.write(head, 0, "latin1");
    if (chunkBytes > 0) filled = putSizeLine(buffer, filled, chunkBytes);
    let rest: Uint8Array[] | undefined;
    for (const piece of pieces) {
      if (rest !== undefined) rest.push(piece);
      else {
        const taken = Math.min(piece.length, bufferBytes - filled);
        if (taken <= fewBytes) for (let index = 0; index < taken; index++) buffer[filled + index] = piece[index] ?? 0;
        else buffer.set(taken === piece.length ? piece : piece.subarray(0, taken), filled);
        filled += taken;
        if (taken < piece.length) rest = [piece.subarray(taken)];
      }
    }
    const written = socket.write(buffer, 0, filled);
    if (written < 0) return undefined;
    if (written < filled) return [Buffer.from(buffer.subarray(written, filled)), ...(rest ?? nothing)];
    return rest === undefined ? nothing : this.writeOn(socket, rest);
  }

  /** The same with a body that is laid out as it is sent, where it fits the buffer. */
  writePieced(socket: Writable, head: string, body: PiecedBytes): readonly Uint8Array[] | undefined {
    const length = head.length + body.length;
    if (length > bufferBytes) return this.write(socket, head, [body.join()]);
    const { buffer } = this;
    buffer.write(head, 0, "latin1");
    body.copyTo(buffer, head.length);
    const written = socket.write(buffer, 0, length);
    if (written < 0) return undefined;
    return written < length ? [Buffer.from(buffer.subarray(written, length))] : nothing;
  }

  /** What is left of that. */
  writeOn(socket: Writable, unsent: readonly Uint8Array[]): readonly Uint8Array[] {
    for (const [index, bytes] of unsent.entries()) {
      const written = Math.max(0, socket.write(bytes));
      if (written < bytes.length) return [bytes.subarray(written), ...unsent.slice(index + 1)];
    }
    return nothing;
  }
}

/** What goes before a chunk (RFC 9112 § 7.1); nothing before one of no bytes. */
export function sizeLine(chunkBytes: number): string {
  return chunkBytes === 0 ? "" : `${chunkBytes.toString(16)}\r\n`;
}

/** Without a text, for every event of a stream is a chunk. Gives where it ends. */
function putSizeLine(buffer: Uint8Array, from: number, chunkBytes: number): number {
  let end = from + 1;
  for (let rest = chunkBytes >>> 4; rest > 0; rest >>>= 4) end++;
  let rest = chunkBytes;
  for (let at = end - 1; at >= from; at--) {
    buffer[at] = hexDigits[rest & 15] ?? 0;
    rest >>>= 4;
  }
  buffer[end] = 13;
  buffer[end + 1] = 10;
  return end + 2;
}

const hexDigits = Buffer.from("0123456789abcdef");
