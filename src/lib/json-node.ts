import { bufferOf } from "./buffer-of";
import { type Json, parseJson } from "./json";
import { decodeKey, textOf } from "./json-scan";
import { skipColon, skipSpace, skipString } from "./json-skip";
import { skipChecked } from "./json-walk";

/**
 * A value in JSON text that may be edited. What is not touched keeps its bytes: numbers as they were written, the order of
 * keys, white space. A list or an object whose members are added or taken out is written without the white space between
 * them. The bytes must have been checked (`scanTopLevel`).
 */
export class JsonNode {
  private fields: Field[] | undefined;
  private items: Item[] | undefined;
  /** The text of a string, once it was read. */
  private known: string | undefined;
  private isTouched = false;
  private isReshaped = false;

  constructor(
    private bytes: Buffer,
    private start: number,
    private end: number,
  ) {}

  static of(value: Json): JsonNode {
    return JsonNode.ofText(Buffer.from(JSON.stringify(value)));
  }

  /** Of JSON text that stands for itself. */
  static ofText(text: Buffer): JsonNode {
    return new JsonNode(text, 0, text.length);
  }

  get isObject(): boolean {
    return this.bytes[this.start] === openBrace;
  }

  get isArray(): boolean {
    return this.bytes[this.start] === openBracket;
  }

  get isString(): boolean {
    return this.bytes[this.start] === quote;
  }

  /** The text of a string; undefined for any other value. */
  text(): string | undefined {
    if (this.isString) this.known ??= decodeKey(this.bytes, this.start, this.end);
    return this.known;
  }

  /** All of it, parsed. */
  json(): Json {
    const isAsRead = this.fields === undefined && this.items === undefined;
    return parseJson(isAsRead ? textOf(this.bytes, this.start, this.end) : this.write().toString());
  }

  /** A field of an object: where it comes twice, the last. Undefined where there is none, or the value is no object. */
  get(name: string): JsonNode | undefined {
    return this.fieldsOf().findLast(({ key }) => key === name)?.value;
  }

  names(): readonly string[] {
    return this.fieldsOf().map(({ key }) => key);
  }

  /** The elements of a list; none of any other value. */
  elements(): readonly JsonNode[] {
    return this.itemsOf().map(({ value }) => value);
  }

  /** Becomes another value. */
  replace(value: Json | JsonNode): void {
    const bytes = value instanceof JsonNode ? value.write() : Buffer.from(JSON.stringify(value));
    this.bytes = bytes;
    this.start = 0;
    this.end = bytes.length;
    this.fields = undefined;
    this.items = undefined;
    this.known = undefined;
    this.isReshaped = false;
    this.isTouched = true;
  }

  /** Sets a field of an object, behind the others where it is new. */
  set(name: string, value: Json | JsonNode): void {
    const known = this.get(name);
    if (known !== undefined) known.replace(value);
    else this.add(name, value instanceof JsonNode ? value : JsonNode.of(value));
  }

  private add(key: string, value: JsonNode): void {
    this.fieldsOf().push({ key, name: Buffer.from(JSON.stringify(key)), from: 0, to: 0, value });
    this.reshape();
  }

  /** Takes a field out of an object; false where there was none. */
  remove(name: string): boolean {
    const fields = this.fieldsOf();
    const kept = fields.filter(({ key }) => key !== name);
    if (kept.length === fields.length) return false;
    this.fields = kept;
    this.reshape();
    return true;
  }

  /** A list of other elements. */
  setElements(elements: readonly JsonNode[]): void {
    this.items = elements.map((value) => ({ from: 0, to: 0, value }));
    this.reshape();
  }

  get isChanged(): boolean {
    if (this.isTouched) return true;
    return (this.fields ?? this.items ?? []).some(({ value }) => value.isChanged);
  }

  /** The JSON text of all of it. */
  write(): Buffer {
    const pieces: Uint8Array[] = [];
    this.writeTo(pieces);
    const [only, second] = pieces;
    return only !== undefined && second === undefined ? bufferOf(only) : Buffer.concat(pieces);
  }

  private writeTo(pieces: Uint8Array[]): void {
    const members = this.fields ?? this.items;
    if (members === undefined || !this.isChanged) pieces.push(this.bytes.subarray(this.start, this.end));
    else if (this.isReshaped) this.writeAnew(pieces);
    else this.writeAround(pieces, members);
  }

  /** With all that stands between the members. */
  private writeAround(pieces: Uint8Array[], members: readonly Item[]): void {
    let keptUpTo = this.start;
    for (const { from, to, value } of members) {
      pieces.push(this.bytes.subarray(keptUpTo, from));
      value.writeTo(pieces);
      keptUpTo = to;
    }
    pieces.push(this.bytes.subarray(keptUpTo, this.end));
  }

  private writeAnew(pieces: Uint8Array[]): void {
    const { fields, items } = this;
    pieces.push(fields === undefined ? marks.openBracket : marks.openBrace);
    for (const [index, { value }] of (fields ?? items ?? []).entries()) {
      if (index > 0) pieces.push(marks.comma);
      const name = fields?.[index]?.name;
      if (name !== undefined) pieces.push(name, marks.colon);
      value.writeTo(pieces);
    }
    pieces.push(fields === undefined ? marks.closeBracket : marks.closeBrace);
  }

  private reshape(): void {
    this.isTouched = true;
    this.isReshaped = true;
  }

  private fieldsOf(): Field[] {
    this.fields ??= this.isObject ? readFields(this.bytes, this.start) : [];
    return this.fields;
  }

  private itemsOf(): Item[] {
    this.items ??= this.isArray ? readItems(this.bytes, this.start) : [];
    return this.items;
  }
}

/** `from` and `to`: where it stands in the bytes of what holds it. */
type Item = { readonly from: number; readonly to: number; readonly value: JsonNode };

/** `name` is the key as it was written, quotes and all. */
type Field = Item & { readonly key: string; readonly name: Uint8Array };

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const marks = {
  comma: Buffer.from(","),
  colon: Buffer.from(":"),
  openBracket: Buffer.from("["),
  closeBracket: Buffer.from("]"),
  openBrace: Buffer.from("{"),
  closeBrace: Buffer.from("}"),
};

function readFields(bytes: Buffer, start: number): Field[] {
  const fields: Field[] = [];
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== closeBrace) {
    const keyEnd = skipString(bytes, at, "a key");
    const from = skipColon(bytes, keyEnd);
    const to = skipChecked(bytes, from);
    const value = new JsonNode(bytes, from, to);
    fields.push({ key: decodeKey(bytes, at, keyEnd), name: bytes.subarray(at, keyEnd), from, to, value });
    at = next(bytes, to);
  }
  return fields;
}

function readItems(bytes: Buffer, start: number): Item[] {
  const items: Item[] = [];
  let from = skipSpace(bytes, start + 1);
  while (bytes[from] !== closeBracket) {
    const to = skipChecked(bytes, from);
    items.push({ from, to, value: new JsonNode(bytes, from, to) });
    from = next(bytes, to);
  }
  return items;
}

/** Where the next member begins, or the container ends. */
function next(bytes: Buffer, valueEnd: number): number {
  const at = skipSpace(bytes, valueEnd);
  return bytes[at] === comma ? skipSpace(bytes, at + 1) : at;
}

/** One string of several, their texts joined as they were written. */
export function joinStrings(strings: readonly JsonNode[], separator: string): JsonNode {
  const between = Buffer.from(JSON.stringify(separator).slice(1, -1));
  const pieces: Uint8Array[] = [];
  for (const [index, node] of strings.entries()) {
    const text = node.write();
    if (index > 0) pieces.push(between);
    pieces.push(text.subarray(1, text.length - 1));
  }
  return JsonNode.ofText(Buffer.concat([stringMark, ...pieces, stringMark]));
}

const stringMark = Buffer.from('"');
