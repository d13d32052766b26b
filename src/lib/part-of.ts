import { bufferOf } from "./buffer-of";

/** Copying so much costs less than a view, which makes the runtime turn both into a heavier kind of array. */
const mostCopied = 16 * 1024;

/** A part of what one read brought, to be kept. A small one is a copy, so that it does not keep the rest of the read alive. */
export function partOf(bytes: Uint8Array, from: number, end: number): Uint8Array {
  if (end - from > mostCopied) return bufferOf(bytes.subarray(from, end));
  // One call of the runtime; of a Buffer it would be a view.
  if (!Buffer.isBuffer(bytes)) return bytes.slice(from, end);
  const part = Buffer.allocUnsafeSlow(end - from);
  Buffer.prototype.copy.call(bytes, part, 0, from, end);
  return part;
}
