import type { ByteReader } from "#lib/byte-reader";
import type { ByteWriter } from "#lib/byte-writer";

/**
 * A field in the binary form: a tag, which is a varint of the field's number × 4 + how its value stands there, and the
 * value. So a reader that does not know a field passes over it.
 */
export const standsAs = {
  /** A varint: integers from 0 to 2⁵³ − 1, and flags. */
  integer: 0,
  /** Eight bytes: any other number. */
  float: 1,
  /** A length as a varint and as many bytes: text as UTF-8, ids, and what consists of further values. */
  bytes: 2,
} as const;

const idBytes = 16;
const beyond = Number.MAX_SAFE_INTEGER;
/** What a number, a flag or the beginning of something longer takes at most, with its tag. */
const room = 32;

export function writeNumber(writer: ByteWriter, tag: number, value: number): void {
  writer.ensure(room);
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value) {
    writer.next(tag);
    writer.next(value);
  } else if (Number.isFinite(value)) {
    writer.next(tag + standsAs.float);
    writer.float64(value);
  }
}

export function writeId(writer: ByteWriter, tag: number, id: string): void {
  writer.ensure(room);
  writer.next(tag);
  writer.next(idBytes);
  writer.hex(id);
}

/** Begins a value that consists of others; `endValue` takes what this returns. Such a value has less than 2¹⁴ bytes. */
export function beginValue(writer: ByteWriter): number {
  writer.ensure(room);
  writer.at += 2;
  return writer.at;
}

export function endValue(writer: ByteWriter, start: number): void {
  writer.set(start - 2, writer.at - start);
}

export function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  const start = beginValue(writer);
  for (const text of texts) writer.text(text);
  endValue(writer, start);
}

export function writeLabels(writer: ByteWriter, labels: { readonly [name: string]: string }): void {
  const start = beginValue(writer);
  for (const name of Object.keys(labels)) {
    writer.text(name);
    writer.text(labels[name] ?? "");
  }
  endValue(writer, start);
}

// Readers stand behind the tag. What is no such value is undefined, or leaves the reader where nothing ends.

export function readNumber(reader: ByteReader): number | undefined {
  const value = reader.next();
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

export function readFloat(reader: ByteReader): number | undefined {
  const value = reader.float64();
  return Number.isFinite(value) ? value : undefined;
}

/** An integer that is no varint: below zero, or from 2⁵³ on. */
export function readLargeInteger(reader: ByteReader): number | undefined {
  const value = reader.float64();
  return Number.isInteger(value) ? value : undefined;
}

export function readId(reader: ByteReader): string | undefined {
  return reader.next() === idBytes ? reader.hex(idBytes) : undefined;
}

/** Where a value of several bytes ends. One that would end beyond all bytes is broken: the reader is there already then. */
export function endOfValue(reader: ByteReader): number {
  const end = reader.next() + reader.at;
  return end <= reader.bytes.length ? end : fail(reader, beyond);
}

export function readTexts(reader: ByteReader): string[] {
  const texts: string[] = [];
  const end = endOfValue(reader);
  while (reader.at < end) texts.push(reader.text());
  return reader.at === end ? texts : fail(reader, texts);
}

export function readLabels(reader: ByteReader): { [name: string]: string } {
  const labels: [string, string][] = [];
  const end = endOfValue(reader);
  while (reader.at < end) labels.push([reader.text(), reader.text()]);
  // Not assigned one by one, which would take a label of the name `__proto__` for something else.
  return Object.fromEntries(reader.at === end ? labels : fail(reader, labels));
}

/** Leaves the reader beyond the end of everything, so that whatever it was in counts as broken. */
export function fail<T>(reader: ByteReader, value: T): T {
  reader.at = beyond;
  return value;
}

/** Passes over the value of a field that is not known. */
export function skipValue(reader: ByteReader, tag: number): void {
  switch (tag % 4) {
    case standsAs.integer:
      reader.next();
      return;
    case standsAs.float:
      reader.at += 8;
      return;
    case standsAs.bytes:
      reader.at = endOfValue(reader);
      return;
    default:
      fail(reader, undefined);
  }
}

/** Words by themselves, to tell whether a text is one of them. */
export function wordsOf<Word extends string>(words: readonly Word[]): ReadonlyMap<string, Word> {
  return new Map(words.map((word) => [word, word]));
}
