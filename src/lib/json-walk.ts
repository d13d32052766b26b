import { decodeKey } from "./json-scan";
import { skipColon, skipSpace, skipString, skipValue } from "./json-skip";

/** From the top down: keys of objects, in ASCII, and `*` for every element of an array. */
export type JsonPath = readonly string[];

const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

// All take bytes that have been checked to be JSON, however deep, and give the byte after the value. So do visitors: a byte
// that one of them has passed is not walked over again by those that hold it.

/** Visits every element of the array that starts at `start`; any other value is passed over. */
export function eachElement(bytes: Buffer, start: number, visit: (at: number, index: number) => number): number {
  if (bytes[start] !== openBracket) return skipChecked(bytes, start);
  let at = skipSpace(bytes, start + 1);
  for (let index = 0; bytes[at] !== closeBracket; index++) at = next(bytes, visit(at, index));
  return at + 1;
}

/** Visits the named field's value, each time that it comes, in the object that starts at `start`. */
export function eachField(bytes: Buffer, start: number, name: string, visit: (at: number) => number): number {
  if (bytes[start] !== openBrace) return skipChecked(bytes, start);
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] !== closeBrace) {
    const keyEnd = skipString(bytes, at, "a key");
    const valueStart = skipColon(bytes, keyEnd);
    at = next(bytes, isKey(bytes, at, keyEnd, name) ? visit(valueStart) : skipChecked(bytes, valueStart));
  }
  return at + 1;
}

/** The byte after the value that starts at `start`. */
export function skipChecked(bytes: Buffer, start: number): number {
  return skipValue(bytes, start, Number.POSITIVE_INFINITY);
}

/** Letter by letter, since decoding every key would cost most of the search; one with escapes is decoded. */
function isKey(bytes: Buffer, start: number, end: number, name: string): boolean {
  for (let at = start + 1, letter = 0; at < end - 1; at++, letter++) {
    if (bytes[at] === backslash) return decodeKey(bytes, start, end) === name;
    if (bytes[at] !== name.charCodeAt(letter)) return false;
  }
  return end - start - 2 === name.length;
}

/** Where the next element begins, or the container ends. */
function next(bytes: Buffer, valueEnd: number): number {
  const at = skipSpace(bytes, valueEnd);
  return bytes[at] === comma ? skipSpace(bytes, at + 1) : at;
}
