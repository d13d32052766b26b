import { isArray, isObject, type Json, type JsonObject, parseJson, tryParseJson } from "./json";
import { type JsonScan, textOf } from "./json-scan";
import { skipSpace } from "./json-skip";
import { eachElement, eachField, type JsonPath, skipChecked } from "./json-walk";

// What only passes through (arguments of tools, schemas) goes on as the text that it came as. Parsed and written anew it
// would lose digits of large integers, forms of numbers (`1.0`, `1e400`), the order of keys that look like numbers, and
// keys that come twice.

/** A JSON value as text, as somebody wrote it. */
export type JsonText = string;

// ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

const written = Symbol("written");

/**
 * Parses JSON that may be broken, and lets the objects and arrays at these places remember how they were written.
 * Undefined for broken JSON.
 */
export function tryParseJsonWithTexts(text: string, places: readonly JsonPath[]): Json | undefined {
  const value = tryParseJson(text);
  // A search costs a hundredth of a walk, and most texts have nothing at these places.
  const found = places.filter((place) => holdsContainer(text, `"${place.at(-1)}"`));
  if (value === undefined || found.length === 0) return value;
  const bytes = Buffer.from(text);
  for (const place of found) remember(value, bytes, skipSpace(bytes, 0), place, 0);
  return value;
}

/** Whether an object or array follows this key anywhere. */
function holdsContainer(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    if (/^\s*:\s*[{[]/.test(text.slice(at + key.length, at + key.length + 16))) return true;
  }
  return false;
}

/** The same for the fields of a scanned object that was parsed to `value`. */
export function rememberTexts(value: Json, { bytes, fields }: JsonScan, places: readonly JsonPath[]): void {
  if (!isObject(value)) return;
  for (const place of places) {
    const [name = "", last = ""] = [place[0], place.at(-1)];
    const field = fields.find(({ key }) => key === name);
    const found = field === undefined ? -1 : bytes.indexOf(`"${last}"`, field.valueStart);
    if (field !== undefined && found >= 0 && found < field.valueEnd)
      remember(value[name], bytes, field.valueStart, place, 1);
  }
}

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
