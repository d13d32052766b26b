import type { Json } from "./json";
import type { JsonScan } from "./json-scan";

/** Takes a field out. */
export const removed = Symbol("removed");

/** New values of top-level fields: as a value, or as JSON text that is carried as it stands. `undefined` changes nothing. */
export type FieldChanges = { readonly [field: string]: Json | Uint8Array | typeof removed | undefined };

/** A change as it is written. */
type Change = { readonly name: string; readonly text: string | Uint8Array | typeof removed; found: boolean };

/** Sets top-level fields, in place or after the last one, or takes them out, and keeps every other byte. */
export function spliceTopLevel(scan: JsonScan, changes: FieldChanges): Uint8Array {
  const { bytes, closeAt, fields } = scan;
  const written = changesIn(changes);
  if (written.length === 0) return bytes;
  const pieces = new Pieces(bytes);
  let keptFields = 0;
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field === undefined) continue;
    const { key, keyStart, valueStart, valueEnd } = field;
    const change = changeOf(written, key);
    if (change !== undefined) change.found = true;
    if (change?.text === removed) {
      // With the comma before it; the first one with the comma behind it.
      const isFirst = keptFields === 0;
      pieces.keepUpTo(isFirst ? keyStart : (fields[index - 1]?.valueEnd ?? keyStart));
      pieces.skipTo(isFirst ? (fields[index + 1]?.keyStart ?? valueEnd) : valueEnd);
      continue;
    }
    keptFields += 1;
    if (change === undefined) continue;
    pieces.keepUpTo(valueStart);
    pieces.add(change.text);
    pieces.skipTo(valueEnd);
  }
  for (const { name, text, found } of written) {
    if (found || text === removed) continue;
    pieces.keepUpTo(fields.at(-1)?.valueEnd ?? closeAt);
    pieces.add(`${keptFields === 0 ? "" : ","}${JSON.stringify(name)}:`);
    pieces.add(text);
    keptFields += 1;
  }
  return pieces.join();
}

function changesIn(changes: FieldChanges): readonly Change[] {
  const written: Change[] = [];
  for (const name of Object.keys(changes)) {
    const value = changes[name];
    if (value === undefined) continue;
    const isText = value === removed || value instanceof Uint8Array;
    written.push({ name, text: isText ? value : JSON.stringify(value), found: false });
  }
  return written;
}

/** A loop, as a closure for every field of every request costs more. */
function changeOf(written: readonly Change[], key: string): Change | undefined {
  for (let index = 0; index < written.length; index++) {
    if (written[index]?.name === key) return written[index];
  }
  return undefined;
}

/** What a changed body is put together from: ranges of the original, and texts in between. */
class Pieces {
  private readonly pieces: ({ readonly start: number; readonly end: number } | string | Uint8Array)[] = [];
  private keptUpTo = 0;
  private length = 0;

  constructor(private readonly original: Buffer) {}

  keepUpTo(end: number): void {
    const start = this.keptUpTo;
    if (end <= start) return;
    this.pieces.push({ start, end });
    this.length += end - start;
    this.keptUpTo = end;
  }

  skipTo(position: number): void {
    this.keptUpTo = position;
  }

  add(text: string | Uint8Array): void {
    this.pieces.push(text);
    this.length += typeof text === "string" ? Buffer.byteLength(text) : text.length;
  }

  /** Of the exact length: a view of a part of a new buffer would cost as much again as all of this. */
  join(): Uint8Array {
    this.keepUpTo(this.original.length);
    const joined = Buffer.allocUnsafe(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      if (typeof piece === "string") {
        at += joined.write(piece, at);
      } else if (piece instanceof Uint8Array) {
        joined.set(piece, at);
        at += piece.length;
      } else {
        at += this.original.copy(joined, at, piece.start, piece.end);
      }
    }
    return joined;
  }
}
