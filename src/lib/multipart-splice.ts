import type { Json } from "./json";
import { type FieldChanges, removed } from "./json-splice";
import { MultipartError } from "./multipart-part";
import type { MultipartScan } from "./multipart-scan";

/** Sets text fields, in place or after the last part, or takes them out, and keeps every other byte. Throws MultipartError. */
export function spliceMultipart(scan: MultipartScan, changes: FieldChanges): Uint8Array {
  const { boundary, bytes, closeAt, lineBreak, parts } = scan;
  const pieces: Uint8Array[] = [];
  const wanted = new Map(Object.entries(changes));
  const added = new Map(wanted);
  let keptUpTo = 0;
  for (const [index, { name, start, valueStart, valueEnd }] of parts.entries()) {
    const change = wanted.get(name);
    added.delete(name);
    if (change === undefined) continue;
    const isRemoved = change === removed;
    pieces.push(bytes.subarray(keptUpTo, isRemoved ? start : valueStart));
    if (!isRemoved) pieces.push(textOfChange(change, scan, valueStart));
    keptUpTo = isRemoved ? (parts[index + 1]?.start ?? closeAt) : valueEnd;
  }
  for (const [name, change] of added) {
    if (change === removed || change === undefined) continue;
    const head = [`--${boundary}`, `Content-Disposition: form-data; name="${name}"`, "", ""].join(lineBreak);
    pieces.push(bytes.subarray(keptUpTo, closeAt), Buffer.from(head));
    pieces.push(textOfChange(change, scan, closeAt), Buffer.from(lineBreak));
    keptUpTo = closeAt;
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(keptUpTo)]);
}

function textOfChange(change: Json | Uint8Array, { boundary }: MultipartScan, position: number): Uint8Array {
  if (change instanceof Uint8Array) return change;
  const text = typeof change === "string" ? change : JSON.stringify(change);
  if (text.includes(`--${boundary}`)) throw new MultipartError("found the boundary in a changed field", position);
  return Buffer.from(text);
}
