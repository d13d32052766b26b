import { isUtf8 } from "node:buffer";
import { bufferOf } from "./buffer-of";
import { type Json, type JsonObject, parseJson } from "./json";
import { JsonScanError, skipColon, skipSpace, skipString, skipValue, unexpected } from "./json-skip";

/** More than any real request has: what follows is done for each of them. */
const mostFields = 4096;

/** A JSON object's bytes with the place of every top-level field. */
export type JsonScan = {
  readonly kind: "json";
  readonly bytes: Buffer;
  readonly fields: readonly JsonField[];
  /** Position of the object's closing brace. */
  readonly closeAt: number;
};

/** Byte offsets: `keyStart` at the key's opening quote, the value from `valueStart` up to, not including, `valueEnd`. */
export type JsonField = {
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/**
 * Checks that the bytes are one JSON object, as strictly as `JSON.parse` on strictly decoded UTF-8 does, and finds its
 * top-level fields without building any value. Beyond `JSON.parse` it refuses what two readers may take differently:
 * a top-level key that comes twice, also where unescaping or letter case makes it the same (Go's decoder ignores
 * case), nesting deeper than 512, and more top-level keys than 4,096. Escaped lone surrogates pass, as in `JSON.parse`. Throws JsonScanError.
 */
export function scanTopLevel(body: Uint8Array): JsonScan {
  const bytes = bufferOf(body);
  refuseBadEncoding(bytes);
  const fields: JsonField[] = [];
  const open = skipSpace(bytes, 0);
  if (bytes[open] !== 0x7b) throw unexpected(bytes, open, "a JSON object");
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] !== 0x7d) at = scanFields(bytes, at, fields);
  const after = skipSpace(bytes, at + 1);
  if (after !== bytes.length) throw unexpected(bytes, after, "nothing more");
  return { kind: "json", bytes, fields, closeAt: at };
}

/** Parses the named top-level fields and no other; absent ones are absent. */
export function readFields({ bytes, fields }: JsonScan, names: readonly string[]): JsonObject {
  const found: { [name: string]: Json } = {};
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field === undefined || !names.includes(field.key)) continue;
    const value = valueAt(bytes, field.valueStart, field.valueEnd);
    // Assigned it would become the prototype.
    if (field.key === "__proto__") Object.defineProperty(found, field.key, { value, enumerable: true });
    else found[field.key] = value;
  }
  return found;
}

/** A checked value. Most that are read are short strings and truth values, which need no parser. */
function valueAt(bytes: Buffer, start: number, end: number): Json {
  const first = bytes[start];
  if (first === letterT) return true;
  if (first === letterF) return false;
  if (first === quote && isPlain(bytes, start + 1, end - 1)) return textOf(bytes, start + 1, end - 1);
  return parseJson(textOf(bytes, start, end));
}

function isPlain(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > mostPlain) return false;
  for (let at = start; at < end; at++) if (bytes[at] === backslash) return false;
  return true;
}

/** Of longer strings a parser looks for escapes more quickly. */
const mostPlain = 256;
const quote = 0x22;
const backslash = 0x5c;
const letterT = 0x74;
const letterF = 0x66;

/** Returns the position of the closing brace. */
function scanFields(bytes: Buffer, start: number, fields: JsonField[]): number {
  const seen = new SeenNames();
  let keyStart = start;
  for (;;) {
    const keyEnd = skipString(bytes, keyStart, "a key in double quotes");
    const usual = usualName(bytes, keyStart + 1, keyEnd - 1);
    const key = usual ?? decodeKey(bytes, keyStart, keyEnd);
    if (!seen.add(usual ?? foldCase(key)))
      throw new JsonScanError(`found the key ${JSON.stringify(key)} twice`, keyStart);
    const valueStart = skipColon(bytes, keyEnd);
    const valueEnd = skipValue(bytes, valueStart);
    if (fields.length === mostFields)
      throw new JsonScanError(`found more than ${mostFields} keys of the object`, keyStart);
    fields.push({ key, keyStart, valueStart, valueEnd });
    const at = skipSpace(bytes, valueEnd);
    if (bytes[at] === 0x7d) return at;
    if (bytes[at] !== 0x2c) throw unexpected(bytes, at, '"," or "}"');
    keyStart = skipSpace(bytes, at + 1);
  }
}

/**
 * Names that requests usually have at their top, all in lower case, by their length: to compare the bytes costs a tenth of
 * making a text of them. What stands here changes nothing but that.
 */
const usualNames: readonly (readonly { readonly name: string; readonly bytes: Buffer }[])[] = byLength([
  ...[
    "model",
    "messages",
    "stream",
    "stream_options",
    "temperature",
    "top_p",
    "n",
    "stop",
    "user",
    "metadata",
    "store",
  ],
  ...["max_tokens", "max_completion_tokens", "tools", "tool_choice", "parallel_tool_calls", "response_format", "seed"],
  ...["reasoning_effort", "frequency_penalty", "presence_penalty", "logprobs", "service_tier", "system", "thinking"],
  ...["stop_sequences", "top_k", "input", "encoding_format", "dimensions", "prompt"],
]);

function byLength(names: readonly string[]) {
  const longest = Math.max(...names.map(({ length }) => length));
  return Array.from({ length: longest + 1 }, (_, length) =>
    names.filter((name) => name.length === length).map((name) => ({ name, bytes: Buffer.from(name) })),
  );
}

function usualName(bytes: Buffer, start: number, end: number): string | undefined {
  const candidates = usualNames[end - start];
  if (candidates === undefined) return undefined;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index];
    if (candidate !== undefined && standsAt(bytes, start, candidate.bytes)) return candidate.name;
  }
  return undefined;
}

function standsAt(bytes: Buffer, start: number, name: Buffer): boolean {
  for (let index = 0; index < name.length; index++) if (bytes[start + index] !== name[index]) return false;
  return true;
}

/** So many names are compared one by one, for a set costs every request more than that. */
const fewNames = 16;

class SeenNames {
  private readonly few: string[] = [];
  private many: Set<string> | undefined;

  /** False for one that came before. */
  add(name: string): boolean {
    const { few, many } = this;
    if (many === undefined ? few.includes(name) : many.has(name)) return false;
    if (many !== undefined) many.add(name);
    else if (few.push(name) > fewNames) this.many = new Set(few);
    return true;
  }
}

/** The text of a key between its quotes, escapes undone. */
export function decodeKey(bytes: Buffer, start: number, end: number): string {
  const plain = textOf(bytes, start + 1, end - 1);
  if (!plain.includes("\\")) return plain;
  const key = parseJson(textOf(bytes, start, end));
  return typeof key === "string" ? key : plain;
}

/** Up first, then down: so that `ſ` meets `s` and the Kelvin sign meets `k`, as they do in Go. */
export function foldCase(key: string): string {
  return /^[a-z0-9_]*$/.test(key) ? key : key.toUpperCase().toLowerCase();
}

function refuseBadEncoding(bytes: Buffer): void {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new JsonScanError("found a byte order mark", 0);
  if (!isUtf8(bytes)) throw badEncoding(bytes);
}

function badEncoding(bytes: Buffer): JsonScanError {
  const repaired = Buffer.from(textOf(bytes, 0, bytes.length));
  const position = bytes.findIndex((byte, at) => byte !== repaired[at]);
  return new JsonScanError("found invalid UTF-8", position);
}

export function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("utf8", start, end);
}
