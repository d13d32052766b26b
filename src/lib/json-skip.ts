/** Deeper nesting than any real request has. */
const maxDepth = 512;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** 1 for the bytes that end a run of plain bytes in a string: the quote, the backslash and control characters. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);

/** The bytes are not one JSON object that every reader understands alike. The message ends with the byte's position. */
export class JsonScanError extends Error {
  override readonly name = "JsonScanError";
  readonly position: number;

  constructor(problem: string, position: number) {
    super(`${problem} at byte ${position}`);
    this.position = position;
  }
}

/**
 * Checks the JSON value (RFC 8259) that starts at `start` in valid UTF-8 and returns the byte after it. Throws
 * JsonScanError. Iterative: nesting costs no stack.
 */
export function skipValue(bytes: Uint8Array, start: number, deepest = maxDepth): number {
  const first = bytes[start];
  return first === openBrace || first === openBracket ? skipContainer(bytes, start, deepest) : skipScalar(bytes, start);
}

function skipContainer(bytes: Uint8Array, start: number, deepest: number): number {
  /** For every open container: whether it is an object. */
  const open: boolean[] = [];
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === openBrace || byte === openBracket) {
      const isObject = byte === openBrace;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== (isObject ? closeBrace : closeBracket)) {
        if (open.push(isObject) >= deepest) throw new JsonScanError(`found nesting deeper than ${deepest}`, at);
        if (isObject) at = skipKey(bytes, at);
        continue;
      }
      at += 1;
    } else {
      at = skipScalar(bytes, at);
    }
    while (open.length > 0) {
      const isObject = open[open.length - 1] === true;
      at = skipSpace(bytes, at);
      if (bytes[at] === comma) {
        at = skipSpace(bytes, at + 1);
        if (isObject) at = skipKey(bytes, at);
        break;
      }
      if (bytes[at] !== (isObject ? closeBrace : closeBracket)) {
        throw unexpected(bytes, at, isObject ? '"," or "}"' : '"," or "]"');
      }
      at += 1;
      open.pop();
    }
    if (open.length === 0) return at;
  }
}

/** Skips a key with its colon; returns where its value starts. */
function skipKey(bytes: Uint8Array, at: number): number {
  return skipColon(bytes, skipString(bytes, at, "a key in double quotes"));
}

export function skipColon(bytes: Uint8Array, at: number): number {
  const found = skipSpace(bytes, at);
  if (bytes[found] !== colon) throw unexpected(bytes, found, '":"');
  return skipSpace(bytes, found + 1);
}

export function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++;
  return at;
}

/** `needed` says in an error what was to stand here. */
export function skipString(bytes: Uint8Array, start: number, needed: string): number {
  if (bytes[start] !== quote) throw unexpected(bytes, start, needed);
  let at = start + 1;
  for (;;) {
    at = skipPlain(bytes, at);
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    if (byte !== backslash) throw unexpected(bytes, at, "the rest of a string");
    at = skipEscape(bytes, at);
  }
}

/** Four bytes a turn: 3 GB/s, so that megabytes of base64 cost milliseconds. */
function skipPlain(bytes: Uint8Array, start: number): number {
  let at = start;
  for (const last = bytes.length - 4; at <= last; at += 4) {
    const a = special[bytes[at] ?? 0] ?? 0;
    const b = special[bytes[at + 1] ?? 0] ?? 0;
    const c = special[bytes[at + 2] ?? 0] ?? 0;
    const d = special[bytes[at + 3] ?? 0] ?? 0;
    if ((a | b | c | d) !== 0) break;
  }
  while (special[bytes[at] ?? 0] === 0) at++;
  return at;
}

function skipEscape(bytes: Uint8Array, at: number): number {
  switch (bytes[at + 1]) {
    case quote:
    case backslash:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      for (let digit = at + 2; digit < at + 6; digit++) {
        if (!isHexDigit(bytes[digit])) throw unexpected(bytes, digit, "four hexadecimal digits");
      }
      return at + 6;
    default:
      throw unexpected(bytes, at + 1, "a known escape");
  }
}

function skipScalar(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case quote:
      return skipString(bytes, at, "a string");
    case 0x74:
      return skipWord(bytes, at, "true");
    case 0x66:
      return skipWord(bytes, at, "false");
    case 0x6e:
      return skipWord(bytes, at, "null");
    default:
      return skipNumber(bytes, at);
  }
}

function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let i = 1; i < word.length; i++) {
    if (bytes[at + i] !== word.charCodeAt(i)) throw unexpected(bytes, at + i, word);
  }
  return at + word.length;
}

function skipNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  if (bytes[at] === 0x30) at++;
  else at = skipDigits(bytes, at, at === start ? "a value" : "a digit");
  if (bytes[at] === 0x2e) at = skipDigits(bytes, at + 1, "a digit");
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1, "a digit");
  }
  return at;
}

function skipDigits(bytes: Uint8Array, start: number, needed: string): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  if (at === start) throw unexpected(bytes, at, needed);
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

export function unexpected(bytes: Uint8Array, at: number, needed: string): JsonScanError {
  const byte = bytes[at];
  if (byte === undefined) return new JsonScanError(`found the end, ${needed} is needed`, at);
  const shown = byte > 0x20 && byte < 0x7f ? JSON.stringify(String.fromCharCode(byte)) : `byte 0x${byte.toString(16)}`;
  return new JsonScanError(`found ${shown}, ${needed} is needed`, at);
}
