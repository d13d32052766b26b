import { isArray, isObject, type Json, type JsonObject, tryParseJson } from "./json";
import { type JsonField, type JsonScan, textOf } from "./json-scan";
import { skipSpace } from "./json-skip";
import { eachElement, eachField, type JsonPath, skipChecked } from "./json-walk";

// What only passes through (arguments of tools, schemas) goes on as the text that it came as. Parsed and written anew it
// would lose digits of large integers, forms of numbers (`1.0`, `1e400`), the order of keys that look like numbers, and
// keys that come twice.

/** A JSON value as text, as it was written. */
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

/**
 * What came twice is followed each time, and as in `JSON.parse` the last one stands. Gives the byte after the value that
 * starts at `start`.
 */
function remember(value: Json | undefined, bytes: Buffer, start: number, path: JsonPath, depth: number): number {
  const step = path[depth];
  if (step === "*" && isArray(value))
    return eachElement(bytes, start, (at, index) => remember(value[index], bytes, at, path, depth + 1));
  if (step !== undefined && step !== "*" && isObject(value))
    return eachField(bytes, start, step, (at) => remember(value[step], bytes, at, path, depth + 1));
  const end = skipChecked(bytes, start);
  if (step === undefined && (isObject(value) || isArray(value)))
    // Not enumerable, so that it is neither copied nor written with the value.
    Object.defineProperty(value, written, { value: textOf(bytes, start, end), configurable: true });
  return end;
}

// ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────

const embedded = Symbol("embedded");

type EmbeddedText = JsonObject & { readonly [embedded]: JsonText };

/** Puts JSON text into a value that `writeJson` writes: it stands there as it is, unread. Anybody else sees an empty object. */
export function embedJson(text: JsonText): JsonObject {
  const value: EmbeddedText = { [embedded]: text };
  return value;
}

/** `JSON.stringify` of a value that may hold texts of `embedJson`. */
export function writeJson(value: Json): JsonText {
  if (!holdsText(value)) return JSON.stringify(value);
  if (isArray(value)) return writeList(value);
  return isEmbedded(value) ? value[embedded] : joinFields(writeFields(value));
}

/** Values of this type alone can be written by a walk through them: all others go through native code. */
function holdsText(value: Json | undefined): value is readonly Json[] | JsonObject {
  if (typeof value !== "object" || value === null) return false;
  if (isArray(value)) {
    for (let index = 0; index < value.length; index++) if (holdsText(value[index])) return true;
    return false;
  }
  if (isEmbedded(value)) return true;
  for (const key in value) if (holdsText(value[key])) return true;
  return false;
}

function isEmbedded(value: JsonObject): value is EmbeddedText {
  return embedded in value;
}

function writeList(list: readonly Json[]): JsonText {
  let text = "[";
  for (let index = 0; index < list.length; index++)
    text += `${index === 0 ? "" : ","}${writeJson(list[index] ?? null)}`;
  return `${text}]`;
}

/** The top-level fields of an object as they are written, each with its key. */
function writeFields(object: JsonObject): WrittenField[] {
  const fields: WrittenField[] = [];
  for (const key in object) {
    const value = object[key];
    // Most keys stand for themselves.
    if (value !== undefined)
      fields.push({ key, keyText: /^\w*$/.test(key) ? `"${key}"` : JSON.stringify(key), text: writeJson(value) });
  }
  return fields;
}

type WrittenField = { readonly key: string; readonly keyText: JsonText; readonly text: JsonText };

function joinFields(fields: readonly WrittenField[]): JsonText {
  let text = "{";
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field !== undefined) text += `${index === 0 ? "" : ","}${field.keyText}:${field.text}`;
  }
  return `${text}}`;
}

/** An object that is written here: what stands where in its bytes is known without a scan. */
export class WrittenObject {
  readonly bytes: Buffer;
  /** Undefined where all was written at once, which costs a small object a third of writing field by field. */
  private readonly fields: readonly WrittenField[] | undefined;

  constructor(private readonly object: JsonObject) {
    this.fields = holdsText(object) ? writeFields(object) : undefined;
    const text = this.fields === undefined ? JSON.stringify(object) : joinFields(this.fields);
    // `Buffer.from` would have the collector count the bytes twice, and come the sooner.
    this.bytes = Buffer.allocUnsafe(Buffer.byteLength(text));
    this.bytes.write(text);
  }

  /** What `scanTopLevel` would find. */
  scan(): JsonScan {
    const fields: JsonField[] = [];
    let keyStart = 1;
    for (const { key, keyText, text } of this.fields ?? writeFields(this.object)) {
      const valueStart = keyStart + Buffer.byteLength(keyText) + 1;
      const valueEnd = valueStart + Buffer.byteLength(text);
      fields.push({ key, keyStart, valueStart, valueEnd });
      keyStart = valueEnd + 1;
    }
    return { kind: "json", bytes: this.bytes, fields, closeAt: this.bytes.length - 1 };
  }
}
