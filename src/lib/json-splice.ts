import type { Json } from "./json";
import type { JsonScan } from "./json-scan";
import { PiecedBytes } from "./pieced-bytes";

/** Takes a field out. */
export const removed = Symbol("removed");

/** New values of top-level fields: as a value, or as JSON text that is carried as it stands. `undefined` changes nothing. */
export type FieldChanges = { readonly [field: string]: Json | Uint8Array | typeof removed | undefined };

/** A change as it is written. */
type Change = { readonly name: string; readonly text: string | Uint8Array | typeof removed; found: boolean };

/** Sets top-level fields, in place or after the last one, or takes them out, and keeps every other byte. */
export function spliceTopLevel(scan: JsonScan, changes: FieldChanges): Uint8Array {
  const spliced = spliceInPieces(scan, changes);
  return spliced instanceof PiecedBytes ? spliced.join() : spliced;
}

/** The same before it is laid out; the bytes themselves where nothing changes. */
export function spliceInPieces(scan: JsonScan, changes: FieldChanges): Uint8Array | PiecedBytes {
  const { bytes, closeAt, fields } = scan;
  const written = changesIn(changes);
  if (written.length === 0) return bytes;
  const pieces = new PiecedBytes(bytes);
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
  pieces.keepRest();
  return pieces;
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
