import { isUtf8 } from "node:buffer";
import { bufferOf } from "./buffer-of";
import { parseParameters } from "./header-parameters";
import { isArray, type Json, type JsonObject } from "./json";
import { foldCase, textOf } from "./json-scan";
import { MultipartError, readPartHeaders } from "./multipart-part";

/** The bytes of a `multipart/form-data` body with the place of every part. */
export type MultipartScan = {
  readonly kind: "multipart";
  readonly bytes: Buffer;
  /** As it came, with its boundary. */
  readonly contentType: string;
  readonly boundary: string;
  readonly lineBreak: LineBreak;
  readonly parts: readonly MultipartPart[];
  /** Where the closing delimiter begins. */
  readonly closeAt: number;
};

/** Byte offsets: `start` at its delimiter, the value from `valueStart` up to, not including, `valueEnd`. */
type MultipartPart = {
  readonly name: string;
  /** It has a file name: its value is never read. */
  readonly isFile: boolean;
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

type LineBreak = "\r\n" | "\n";

const maxParts = 128;
/** The longest text field that is looked at. */
const maxTextBytes = 64 * 1024;

/**
 * Finds the parts of a form (RFC 7578, RFC 2046) without reading their values. It refuses what two readers may take
 * differently: text before the first or after the last delimiter, the boundary inside of a value, line breaks of two
 * kinds (a body may have LF alone, throughout), and a field that comes twice, also in another case; a list, named
 * `x[]`, and files may. Throws MultipartError.
 */
export function scanMultipart(body: Uint8Array, contentType: string): MultipartScan {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw new MultipartError("found no usable boundary in the content-type", 0);
  const bytes = bufferOf(body);
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: MultipartPart[] = [];
  let start = lineBreakAt(bytes, 0)?.length ?? 0;
  if (!holds(bytes, start, delimiter)) throw new MultipartError("found no delimiter", start);
  const lineBreak = lineBreakAt(bytes, start + delimiter.length) ?? "\r\n";
  while (!holds(bytes, start + delimiter.length, dashes)) {
    if (parts.length === maxParts) throw new MultipartError(`found more than ${maxParts} parts`, start);
    const next = bytes.indexOf(delimiter, start + delimiter.length);
    if (next === -1) throw new MultipartError("found no closing delimiter", bytes.length);
    parts.push(readPart(bytes, start, start + delimiter.length, next, lineBreak));
    start = next;
  }
  const after = start + delimiter.length + dashes.length;
  const end = after + (lineBreakAt(bytes, after)?.length ?? 0);
  if (end !== bytes.length) throw new MultipartError("found more than the closing delimiter", end);
  refuseTwice(parts);
  return { kind: "multipart", bytes, contentType, boundary, lineBreak, parts, closeAt: start };
}

/** The named text fields as strings, or lists of them where the name ends in `[]`. Throws MultipartError. */
export function readTextFields(scan: MultipartScan, names: readonly string[]): JsonObject {
  return textFields(scan, ({ name, valueStart, valueEnd }) => {
    if (!names.includes(name)) return false;
    if (valueEnd - valueStart > maxTextBytes)
      throw new MultipartError(`found a field "${name}" longer than ${maxTextBytes} bytes`, valueStart);
    return true;
  });
}

/** Every text field, however long. Throws MultipartError. */
export function readAllText(scan: MultipartScan): JsonObject {
  return textFields(scan, () => true);
}

/** How many bytes of it are values of text fields. */
export function textBytesIn({ parts }: MultipartScan): number {
  return parts.reduce((sum, { isFile, valueEnd, valueStart }) => sum + (isFile ? 0 : valueEnd - valueStart), 0);
}

const dashes = Buffer.from("--");

function boundaryOf(contentType: string): string | undefined {
  const { value, parameters } = parseParameters(contentType) ?? {};
  const boundary = parameters?.get("boundary");
  if (value !== "multipart/form-data" || boundary === undefined) return undefined;
  return /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/.test(boundary) ? boundary : undefined;
}

function readPart(body: Buffer, start: number, headersAt: number, next: number, lineBreak: LineBreak): MultipartPart {
  if (lineBreakAt(body, headersAt) !== lineBreak)
    throw new MultipartError("found no line break after a delimiter", headersAt);
  const valueEnd = next - lineBreak.length;
  if (lineBreakAt(body, valueEnd) !== lineBreak || (lineBreak === "\n" && body[valueEnd - 1] === 0x0d))
    throw new MultipartError("found the boundary inside of a part, or another line break before it", next);
  const { name, isFile, valueStart } = readPartHeaders(body, headersAt + lineBreak.length, valueEnd, lineBreak);
  return { name, isFile, start, valueStart, valueEnd };
}

function refuseTwice(parts: readonly MultipartPart[]): void {
  const seen = new Map<string, boolean>();
  for (const { isFile, name, start } of parts) {
    const folded = foldCase(name);
    const before = seen.get(folded);
    if (before !== undefined && !name.endsWith("[]") && !(before && isFile))
      throw new MultipartError(`found the field ${JSON.stringify(name)} twice`, start);
    seen.set(folded, isFile);
  }
}

function textFields(scan: MultipartScan, takes: (part: MultipartPart) => boolean): JsonObject {
  const found = new Map<string, Json>();
  for (const part of scan.parts) {
    if (part.isFile || !takes(part)) continue;
    const { name, valueStart, valueEnd } = part;
    const text = textOf(scan.bytes, valueStart, valueEnd);
    if (!isUtf8(scan.bytes.subarray(valueStart, valueEnd)))
      throw new MultipartError(`found invalid UTF-8 in the field ${JSON.stringify(name)}`, valueStart);
    const before = found.get(name);
    found.set(name, name.endsWith("[]") ? [...(isArray(before) ? before : []), text] : text);
  }
  return Object.fromEntries(found);
}

function lineBreakAt(body: Buffer, at: number): LineBreak | undefined {
  if (body[at] === 0x0a) return "\n";
  return body[at] === 0x0d && body[at + 1] === 0x0a ? "\r\n" : undefined;
}

function holds(body: Buffer, at: number, wanted: Buffer): boolean {
  return body.subarray(at, at + wanted.length).equals(wanted);
}
