/**
 * Numbers of many records as bytes: a header of 16 (width in bytes, scale, and the number where all are the same), then
 * each number in the fewest bytes that hold them all. NaN stands for none. What is decoded is what was encoded.
 */
const headerBytes = 16;
const scales = [1, 10, 1000] as const;
/** Unsigned integers below a largest one that stands for none. */
const widths = [
  { bytes: 1, none: 0xff, array: Uint8Array },
  { bytes: 2, none: 0xffff, array: Uint16Array },
  { bytes: 4, none: 0xffff_ffff, array: Uint32Array },
] as const;
const floatBytes = 8;

export function encodeNumbers(values: Float64Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const first = values[0] ?? Number.NaN;
  const isConstant = values.every((value) => Object.is(value, first));
  if (isConstant) return encodeConstant(first);
  const scale = scales.find((candidate) => values.every((value) => isWhole(value, candidate)));
  if (scale === undefined) return withHeader(floatBytes, 1, bytesOf(values));
  const scaled = scale === 1 ? values : values.map((value) => Math.round(value * scale));
  let most = 0;
  // Without those that are not numbers.
  for (const value of scaled) if (value > most) most = value;
  const width = widths.find(({ none }) => most < none);
  if (width === undefined) return withHeader(floatBytes, 1, bytesOf(values));
  const narrow = new width.array(values.length);
  for (let at = 0; at < scaled.length; at++) {
    const value = scaled[at] ?? Number.NaN;
    narrow[at] = Number.isNaN(value) ? width.none : value;
  }
  return withHeader(width.bytes, scale, bytesOf(narrow));
}

/** As `encodeNumbers` of numbers that are all the same. */
export function encodeConstant(value: number): Uint8Array<ArrayBuffer> {
  return withHeader(0, 1, new Uint8Array(0), value);
}

export function decodeNumbers(encoded: Uint8Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  // Aligned as typed arrays need it.
  const bytes = encoded.byteOffset % floatBytes === 0 ? encoded : encoded.slice();
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const [width, scale, start] = [header.getUint8(0), header.getUint16(2, true), bytes.byteOffset + headerBytes];
  const values = new Float64Array(size);
  if (width === 0) return values.fill(header.getFloat64(8, true));
  if (width === floatBytes) {
    values.set(new Float64Array(bytes.buffer, start, size));
    return values;
  }
  const form = widths.find((candidate) => candidate.bytes === width);
  if (form === undefined) throw new Error(`Cannot read a column: its numbers are ${width} bytes wide`);
  // Converted by the engine: a loop over arrays of several types is ten times slower.
  values.set(new form.array(bytes.buffer, start, size));
  const { none } = form;
  for (let at = 0; at < size; at++) {
    const value = values[at] ?? none;
    if (value === none) values[at] = Number.NaN;
    else if (scale !== 1) values[at] = value / scale;
  }
  return values;
}

function isWhole(value: number, scale: number): boolean {
  if (Number.isNaN(value)) return true;
  const scaled = Math.round(value * scale);
  return value >= 0 && scaled < 0xffff_ffff && scaled / scale === value;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function withHeader(width: number, scale: number, payload: Uint8Array, constant = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + payload.length);
  const header = new DataView(bytes.buffer);
  header.setUint8(0, width);
  header.setUint16(2, scale, true);
  header.setFloat64(8, constant, true);
  bytes.set(payload, headerBytes);
  return bytes;
}
