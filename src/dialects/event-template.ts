import { tryParseJson } from "#lib/json";
import type { OrdinaryEvents } from "./operation";

const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;
/** The first byte of a byte order mark, which means something else at the start of a stream than later on. */
const markStart = 0xef;
/** OpenAI and Bedrock pad their events with random text to one length; it comes last. */
const paddings = ['"obfuscation":"', '"p":"'].map((key) => Buffer.from(key));

/** Bytes that do not change from event to event; a number that does stands between each two. */
type Fixed = readonly Uint8Array[];

/**
 * Knows the ordinary events of one stream by their bytes. Most differ from the one before in a single JSON string, and in
 * numbers that count them or their tokens: what comes around these is remembered, and an event that matches says the same as the
 * remembered one but for that text. It is neither cut into lines, nor decoded, nor parsed.
 */
export class EventTemplate implements OrdinaryEvents {
  /** Of the events that passed, as told by `passes`. */
  passedEvents = 0;
  passedBytes = 0;
  private before: Fixed | undefined;
  private after: Fixed = [];
  /** What stands behind the padding; undefined where there is none. */
  private tail: Fixed | undefined;
  /** Where the text stands in the event that matched last. */
  private open = 0;
  private end = 0;
  /** The text, where its bytes are not its characters. */
  private decoded: string | undefined;
  private readonly counters: readonly Buffer[];

  /** @param counters How the names of fields end whose numbers change. */
  constructor(counters: readonly string[] = []) {
    this.counters = counters.map((name) => Buffer.from(`${name}":`));
  }

  /** Whether the event that stands there, as it came, is the remembered one but for its text, which is not empty. */
  matches(raw: Uint8Array, from = 0, to = raw.length): boolean {
    if (this.before === undefined) return false;
    this.open = endOf(raw, this.before, from, to);
    return this.open > 0 && this.findEnd(raw, to) && this.endsAlike(raw, to) && this.decode(raw);
  }

  textBytesIn(bytes: Uint8Array, from: number, to: number): number {
    return this.matches(bytes, from, to) ? this.textBytes() : 0;
  }

  passes(textBytes: number): void {
    this.passedEvents++;
    this.passedBytes += textBytes;
  }

  /** Lets an event pass if it matches. */
  takes(raw: Uint8Array): boolean {
    if (!this.matches(raw)) return false;
    this.passes(this.textBytes());
    return true;
  }

  /** Length of the text in bytes of UTF-8, of the event that matched last. */
  textBytes(): number {
    return this.decoded === undefined ? this.end - this.open : Buffer.byteLength(this.decoded);
  }

  /** The text of the event that matched last. */
  text(raw: Uint8Array): string {
    return this.decoded ?? Buffer.prototype.latin1Slice.call(raw, this.open, this.end);
  }

  /** Remembers an event that was parsed and whose only text is this one. */
  remember(raw: Uint8Array, text: string): void {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
    const quoted = Buffer.from(JSON.stringify(text));
    const open = bytes.indexOf(quoted);
    // Not told apart from other strings, or escaped in another way: the next event may do.
    if (raw[0] === markStart || open < 0 || bytes.indexOf(quoted, open + 1) >= 0) return;
    const close = open + quoted.length - 1;
    const afterEnd = paddingStart(bytes, close) ?? raw.length;
    this.before = this.fixed(bytes, 0, open + 1);
    this.after = this.fixed(bytes, close, afterEnd);
    this.tail = afterEnd === raw.length ? undefined : this.fixed(bytes, bytes.indexOf(quote, afterEnd), raw.length);
  }

  forget(): void {
    this.before = undefined;
  }

  /** Copies, so that the event's buffer does not live as long as the stream. */
  private fixed(bytes: Buffer, from: number, to: number): Fixed {
    const parts: Uint8Array[] = [];
    let start = from;
    for (let at = this.numberAt(bytes, from); at >= 0 && at < to; ) {
      const end = skipDigits(bytes, at);
      if (end > at) {
        parts.push(Uint8Array.prototype.slice.call(bytes, start, at));
        start = end;
      }
      at = this.numberAt(bytes, end);
    }
    parts.push(Uint8Array.prototype.slice.call(bytes, start, to));
    return parts;
  }

  /** Where the value of the next field begins whose number may change; -1 where there is none. */
  private numberAt(bytes: Buffer, from: number): number {
    let first = -1;
    for (const counter of this.counters) {
      const at = bytes.indexOf(counter, from);
      if (at >= 0 && (first < 0 || at + counter.length < first)) first = at + counter.length;
    }
    return first < 0 || bytes[first] !== space ? first : first + 1;
  }

  /** Finds the quote that ends the text; false where none does, or nothing stands before it. */
  private findEnd(raw: Uint8Array, to: number): boolean {
    const { open } = this;
    let isPlain = true;
    let at = open;
    for (; at < to; at++) {
      const byte = raw[at] ?? 0;
      if (byte === quote) break;
      if (byte < 0x20) return false;
      if (byte === backslash) at++;
      if (byte === backslash || byte >= 0x80) isPlain = false;
    }
    this.end = at;
    this.decoded = isPlain ? undefined : "";
    return at > open && at < to;
  }

  private endsAlike(raw: Uint8Array, to: number): boolean {
    const { after, end, tail } = this;
    let at = endOf(raw, after, end, to);
    if (at < 0) return false;
    if (tail === undefined) return at === to;
    while (at < to && isPaddingByte(raw[at])) at++;
    return endOf(raw, tail, at, to) === to;
  }

  /** False where the text is no JSON string after all. */
  private decode(raw: Uint8Array): boolean {
    if (this.decoded === undefined) return true;
    const text = tryParseJson(Buffer.prototype.utf8Slice.call(raw, this.open - 1, this.end + 1));
    if (typeof text !== "string") return false;
    this.decoded = text;
    return true;
  }
}

/** Where these bytes end that begin there; -1 where others stand in their place. */
function endOf(raw: Uint8Array, fixed: Fixed, from: number, to: number): number {
  let at = from;
  for (let index = 0; index < fixed.length; index++) {
    const part = fixed[index];
    const start = index === 0 ? at : skipDigits(raw, at);
    if (part === undefined || (index > 0 && start === at) || !hasAt(raw, part, start, to)) return -1;
    at = start + part.length;
  }
  return at;
}

function skipDigits(raw: Uint8Array, from: number): number {
  let at = from;
  while ((raw[at] ?? 0) >= 0x30 && (raw[at] ?? 0) <= 0x39) at++;
  return at;
}

/** Whether these bytes stand there. A loop, for so few bytes a call into the runtime costs more. */
function hasAt(raw: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (from + bytes.length > to) return false;
  for (let at = 0; at < bytes.length; at++) if (raw[from + at] !== bytes[at]) return false;
  return true;
}

function isPaddingByte(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x7f && byte !== quote && byte !== backslash;
}

function paddingStart(bytes: Buffer, from: number): number | undefined {
  for (const padding of paddings) {
    const at = bytes.indexOf(padding, from);
    if (at >= 0) return at + padding.length;
  }
  return undefined;
}
