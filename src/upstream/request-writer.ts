import type { UpstreamSocket } from "./socket-holder";

const bufferBytes = 64 * 1024;

/** Writes requests, head and body in one call where both fit its buffer, which all connections share. */
export class RequestWriter {
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);

  /** What could not be written yet; undefined where the socket has closed and nothing was. */
  write(socket: UpstreamSocket, head: string, body: Uint8Array): Uint8Array[] | undefined {
    if (head.length > bufferBytes) return this.begin(socket, Buffer.from(head, "latin1"), body);
    const { buffer } = this;
    const headBytes = buffer.write(head, 0, "latin1");
    const together = Math.min(body.length, bufferBytes - headBytes);
    buffer.set(together === body.length ? body : body.subarray(0, together), headBytes);
    const length = headBytes + together;
    const written = socket.write(buffer, 0, length);
    if (written < 0) return undefined;
    if (written === length && together === body.length) return [];
    const rest = written < length ? [Buffer.from(buffer.subarray(written, length))] : [];
    return this.writeOn(socket, together < body.length ? [...rest, body.subarray(together)] : rest);
  }

  /** What is left of that. */
  writeOn(socket: UpstreamSocket, unsent: readonly Uint8Array[]): Uint8Array[] {
    for (const [index, bytes] of unsent.entries()) {
      const written = Math.max(0, socket.write(bytes));
      if (written < bytes.length) return [bytes.subarray(written), ...unsent.slice(index + 1)];
    }
    return [];
  }

  private begin(socket: UpstreamSocket, head: Uint8Array, body: Uint8Array): Uint8Array[] | undefined {
    const written = socket.write(head);
    if (written < 0) return undefined;
    return this.writeOn(socket, written < head.length ? [head.subarray(written), body] : [body]);
  }
}
