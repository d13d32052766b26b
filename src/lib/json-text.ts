import { isArray, isObject, type Json, type JsonObject, parseJson, tryParseJson } from "./json";
import { type JsonField, type JsonScan, textOf } from "./json-scan";
import { skipSpace } from "./json-skip";
import { eachElement, eachField, type JsonPath, skipChecked } from "./json-walk";

// What only passes through (arguments of tools, schemas) goes on as the text that it came as. Parsed and written anew it
// would lose digits of large integers, forms of numbers (`1.0`, `1e400`), the order of keys that look like numbers, and
// keys that come twice.

/** A JSON value as text, as somebody wrote it. */
export type JsonText = string;

// ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

const written = Symbol("written");

/** Where JSON has objects or arrays that are to remember how they were written. */
export type JsonPlace = {
  readonly path: JsonPath;
  /** Its last key as it stands in JSON: what does not have that is not walked through. */
  readonly key: string;
  readonly keyBytes: Buffer;
};

export function placesAt(...paths: readonly JsonPath[]): readonly JsonPlace[] {
  return paths.map((path) => {
    const key = JSON.stringify(path.at(-1));
    return { path, key, keyBytes: Buffer.from(key) };
  });
}

/**
 * Parses JSON that may be broken, and lets the objects and arrays at these places remember how they were written.
 * Undefined for broken JSON.
 */
export function tryParseJsonWithTexts(text: string, places: readonly JsonPlace[]): Json | undefined {
  const value = tryParseJson(text);
  if (value === undefined) return undefined;
  let bytes: Buffer | undefined;
  for (let index = 0; index < places.length; index++) {
    const place = places[index];
    // A search costs a hundredth of a walk, and most texts have nothing at these places.
    if (place === undefined || !textHoldsContainer(text, place.key)) continue;
    bytes ??= Buffer.from(text);
    remember(value, bytes, skipSpace(bytes, 0), place.path, 0);
  }
  return value;
}

/** Whether an object or array follows this key anywhere. */
function textHoldsContainer(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + key.length)) {
    let valueAt = at + key.length;
    while (isSpaceOrColon(text.charCodeAt(valueAt))) valueAt++;
    const first = text.charCodeAt(valueAt);
    if (first === openBrace || first === openBracket) return true;
  }
  return false;
}

/** What may stand between a key and its value. */
function isSpaceOrColon(code: number): boolean {
  return code === colon || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The same for the fields of a scanned object that was parsed to `value`. */
export function rememberTexts(value: Json, { bytes, fields }: JsonScan, places: readonly JsonPlace[]): void {
  if (!isObject(value)) return;
  for (let index = 0; index < fields.length; index++) {
    const { key = "", valueStart = 0, valueEnd = 0 } = fields[index] ?? {};
    for (let at = 0; at < places.length; at++) {
      const place = places[at];
      if (place?.path[0] === key && bytesHoldContainer(bytes, place.keyBytes, valueStart, valueEnd))
        remember(value[key], bytes, valueStart, place.path, 1);
    }
  }
}

/** The same of bytes. */
function bytesHoldContainer(bytes: Buffer, key: Buffer, start: number, end: number): boolean {
  for (let at = bytes.indexOf(key, start); at >= 0 && at < end; at = bytes.indexOf(key, at + key.length)) {
    let valueAt = at + key.length;
    while (isSpaceOrColon(bytes[valueAt] ?? 0)) valueAt++;
    const first = bytes[valueAt];
    if (first === openBrace || first === openBracket) return true;
  }
  return false;
}

const colon = 0x3a;
const openBracket = 0x5b;
const openBrace = 0x7b;

/** How the value was written, where it remembers, else as `JSON.stringify` writes it. A changed copy remembers nothing. */
export function writtenText(value: Json): JsonText {
  const text: unknown = typeof value === "object" && value !== null ? Reflect.get(value, written) : undefined;
  return typeof text === "string" ? text : JSON.stringify(value);
}

/** What came twice is followed each time, and as in `JSON.parse` the last one stands. */
function remember(value: Json | undefined, bytes: Buffer, start: number, place: JsonPath, depth: number): void {
  const step = place[depth];
  if (step === undefined) {
    if (!isObject(value) && !isArray(value)) return;
    const text = textOf(bytes, start, skipChecked(bytes, start));
    // Not enumerable: nobody who copies or writes the value meets it.
    Object.defineProperty(value, written, { value: text, configurable: true });
  } else if (step === "*") {
    if (isArray(value)) eachElement(bytes, start, (at, index) => remember(value[index], bytes, at, place, depth + 1));
  } else if (isObject(value)) {
    eachField(bytes, start, step, (at) => remember(value[step], bytes, at, place, depth + 1));
  }
}

// ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────

declare global {
  interface JSON {
    /** A scalar's JSON text as a value that `JSON.stringify` writes as it stands: https://tc39.es/proposal-json-parse-with-source/ */
    readonly rawJSON: (text: string) => JsonObject;
  }
}

/** Begins a string in a way in which `JSON.stringify` begins none, for it never escapes a letter. */
const mark = '"\\u0061';

/** Puts JSON text into a value that `writeJson` writes: it stands there as it is, unread. */
export function embedJson(text: JsonText): JsonObject {
  const escaped = JSON.stringify(text).slice(1, -1);
  return JSON.rawJSON(`${mark}${escaped.length}:${escaped}"`);
}

/** `JSON.stringify` of a value that may hold texts of `embedJson`. */
export function writeJson(value: Json): JsonText {
  const text = JSON.stringify(value);
  let marked = text.indexOf(mark);
  if (marked < 0) return text;
  let whole = "";
  let end = 0;
  for (; marked >= 0; marked = text.indexOf(mark, end)) {
    const start = text.indexOf(":", marked) + 1;
    const length = Number(text.slice(marked + mark.length, start - 1));
    whole += text.slice(end, marked) + parseJson(`"${text.slice(start, start + length)}"`);
    end = start + length + 1;
  }
  return whole + text.slice(end);
}

/** The scan of an object that was written here to these bytes: what stands where is known without looking for it. */
export function scanWritten(object: JsonObject, bytes: Buffer): JsonScan {
  const fields: JsonField[] = [];
  let keyStart = 1;
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    const valueStart = keyStart + Buffer.byteLength(JSON.stringify(key)) + 1;
    const valueEnd = valueStart + Buffer.byteLength(writeJson(value));
    fields.push({ key, keyStart, valueStart, valueEnd });
    keyStart = valueEnd + 1;
  }
  return { kind: "json", bytes, fields, closeAt: bytes.length - 1 };
}
