import { tryParseJson } from "#lib/json";

const quote = 0x22;
const backslash = 0x5c;
/** The first byte of a byte order mark, which means something else at the start of a stream than later on. */
const markStart = 0xef;
const nothing = new Uint8Array(0);
/** OpenAI and Bedrock pad their events with random text to one length; it comes last. */
const paddings = ['"obfuscation":"', '"p":"'].map((key) => Buffer.from(key));
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Knows the ordinary events of one stream by their bytes. Most differ from the one before in a single JSON string: what
 * comes before and after it is remembered, and an event that matches says the same as the remembered one but for that
 * text. It is neither cut into lines, nor decoded, nor parsed.
 */
export class EventTemplate {
  private before: Uint8Array = nothing;
  private after: Uint8Array = nothing;
  /** What stands behind the padding; undefined where there is none. */
  private tail: Uint8Array | undefined;
  private end = 0;
  /** The text, where its bytes are not its characters. */
  private decoded: string | undefined;

  /** Whether the event, as it came, is the remembered one but for its text, which is not empty. */
  matches(raw: Uint8Array): boolean {
    const { before } = this;
    if (before.length === 0 || !hasAt(raw, before, 0)) return false;
    return this.findEnd(raw) && this.endsAlike(raw) && this.decode(raw);
  }

  /** Length of the text in bytes of UTF-8, of the event that matched last. */
  textBytes(): number {
    return this.decoded === undefined ? this.end - this.before.length : Buffer.byteLength(this.decoded);
  }

  /** The text of the event that matched last. */
  text(raw: Uint8Array): string {
    return this.decoded ?? utf8.decode(raw.subarray(this.before.length, this.end));
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
    // Copies, so that the event's buffer does not live as long as the stream.
    this.before = raw.slice(0, open + 1);
    this.after = raw.slice(close, afterEnd);
    this.tail = afterEnd === raw.length ? undefined : raw.slice(bytes.indexOf(quote, afterEnd));
  }

  forget(): void {
    this.before = nothing;
  }

  /** Finds the quote that ends the text; false where none does, or nothing stands before it. */
  private findEnd(raw: Uint8Array): boolean {
    const open = this.before.length;
    let isPlain = true;
    let at = open;
    for (; at < raw.length; at++) {
      const byte = raw[at] ?? 0;
      if (byte === quote) break;
      if (byte < 0x20) return false;
      if (byte === backslash) at++;
      if (byte === backslash || byte >= 0x80) isPlain = false;
    }
    this.end = at;
    this.decoded = isPlain ? undefined : "";
    return at > open && at < raw.length;
  }

  private endsAlike(raw: Uint8Array): boolean {
    const { after, end, tail } = this;
    if (!hasAt(raw, after, end)) return false;
    const paddingStart = end + after.length;
    if (tail === undefined) return paddingStart === raw.length;
    let at = paddingStart;
    while (at < raw.length && isPaddingByte(raw[at])) at++;
    return raw.length === at + tail.length && hasAt(raw, tail, at);
  }

  /** False where the text is no JSON string after all. */
  private decode(raw: Uint8Array): boolean {
    if (this.decoded === undefined) return true;
    const text = tryParseJson(utf8.decode(raw.subarray(this.before.length - 1, this.end + 1)));
    if (typeof text !== "string") return false;
    this.decoded = text;
    return true;
  }
}

/** Whether these bytes stand there. A loop, for so few bytes a call into the runtime costs more. */
function hasAt(raw: Uint8Array, bytes: Uint8Array, from: number): boolean {
  if (from + bytes.length > raw.length) return false;
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
