/** What can be written to: gives how many bytes it took, or less than 0 where it has closed. */
type Writable = { readonly write: (bytes: Uint8Array, offset?: number, length?: number) => number };

const bufferBytes = 64 * 1024;
const nothing: readonly Uint8Array[] = [];

/** Writes HTTP messages, head and body in one call where both fit its buffer, which all connections share. */
export class SocketWriter {
  private readonly buffer = Buffer.allocUnsafeSlow(bufferBytes);

  /** Head is latin1. Gives what could not be written yet; undefined where the socket has closed and nothing was. */
  write(socket: Writable, head: string, pieces: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    if (head.length > bufferBytes) return this.write(socket, "", [Buffer.from(head, "latin1"), ...pieces]);
    const { buffer } = this;
    let filled = head === "" ? 0 : buffer.write(head, 0, "latin1");
    let rest: Uint8Array[] | undefined;
    for (const piece of pieces) {
      if (rest !== undefined) rest.push(piece);
      else {
        const taken = Math.min(piece.length, bufferBytes - filled);
        buffer.set(taken === piece.length ? piece : piece.subarray(0, taken), filled);
        filled += taken;
        if (taken < piece.length) rest = [piece.subarray(taken)];
      }
    }
    const written = socket.write(buffer, 0, filled);
    if (written < 0) return undefined;
    if (written < filled) return [Buffer.from(buffer.subarray(written, filled)), ...(rest ?? nothing)];
    return rest === undefined ? nothing : this.writeOn(socket, rest);
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
