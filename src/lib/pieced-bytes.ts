type Piece = { readonly start: number; readonly end: number } | string | Uint8Array;

/**
 * Bytes that are put together from ranges of others, and texts in between. They are laid out where they are needed: what is
 * copied into a buffer for its sending has no memory of its own before.
 */
export class PiecedBytes {
  private readonly pieces: Piece[] = [];
  private keptUpTo = 0;
  private bytes = 0;

  constructor(private readonly original: Buffer) {}

  get length(): number {
    return this.bytes;
  }

  /** Keeps what comes next of the original, up to there. */
  keepUpTo(end: number): void {
    const start = this.keptUpTo;
    if (end <= start) return;
    this.pieces.push({ start, end });
    this.bytes += end - start;
    this.keptUpTo = end;
  }

  keepRest(): void {
    this.keepUpTo(this.original.length);
  }

  skipTo(position: number): void {
    this.keptUpTo = position;
  }

  add(text: string | Uint8Array): void {
    this.pieces.push(text);
    this.bytes += typeof text === "string" ? Buffer.byteLength(text) : text.length;
  }

  /** Copies all of them to that place, where there must be room. */
  copyTo(target: Buffer, start: number): void {
    let at = start;
    for (const piece of this.pieces) {
      if (typeof piece === "string") {
        at += target.write(piece, at);
      } else if (piece instanceof Uint8Array) {
        target.set(piece, at);
        at += piece.length;
      } else {
        at += this.original.copy(target, at, piece.start, piece.end);
      }
    }
  }

  /** Of the exact length: a view of a part of a new buffer would cost as much again as all of this. */
  join(): Uint8Array {
    const joined = Buffer.allocUnsafe(this.bytes);
    this.copyTo(joined, 0);
    return joined;
  }
}

/** In one piece, whatever it was. */
export function laidOut<Body>(body: Body | PiecedBytes): Body | Uint8Array {
  return body instanceof PiecedBytes ? body.join() : body;
}
