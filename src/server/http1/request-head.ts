import {
  cr,
  endOfBlank,
  endOfLine,
  endOfName,
  isBlank,
  isInvalid,
  isNamed,
  needsMore,
  numberIn,
  textOf,
} from "#lib/http1/field-line";
import { FieldMarks } from "./request-fields";

/** Longer heads are refused with 431, and those with more fields. */
export const maxHeadBytes = 32 * 1024;
const maxFields = 256;
const maxLengthDigits = 15;

/** Statuses that a request is refused with which cannot be read. */
export type Refusal = 400 | 417 | 431 | 501 | 505;

const methods = ["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const methodBytes = methods.map((name) => Buffer.from(name));
const longestMethod = 7;

/**
 * The head of a request (RFC 9112 § 3 and § 5), read in one pass and as strictly as llhttp does: what could be understood
 * in two ways is refused. The fields that decide about framing are understood, the others checked and kept as text. One
 * for each connection.
 */
export class RequestHead {
  method = "";
  /** As it came. */
  target = "";
  fields = noFields;
  /** -1 where none is announced. */
  contentLength = -1;
  isChunked = false;
  /** The connection may be used again. */
  keepsAlive = true;
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue = false;
  /** Of HTTP/1.0, whose connections close unless it says otherwise. */
  isOld = false;
  /** Why it cannot be read; of interest once `read` gave `isInvalid`. */
  refusal: Refusal = 400;
  private hosts = 0;
  private readonly marks = new FieldMarks();
  private start = 0;
  private methodEnd = 0;
  private targetEnd = 0;

  /** Where the head ends that begins there; `needsMore` or `isInvalid`. Begins anew each time. */
  read(bytes: Uint8Array, from: number): number {
    this.contentLength = -1;
    this.isChunked = false;
    this.expectsContinue = false;
    this.hosts = 0;
    this.marks.clear();
    let at = this.readRequestLine(bytes, from);
    for (let count = 0; at >= 0 && bytes[at] !== cr; count++) {
      if (count === maxFields) return this.refuse(431);
      at = this.readField(bytes, at);
    }
    const end = at < 0 ? at : this.readEnd(bytes, at);
    return (end < 0 ? bytes.length : end) - from > maxHeadBytes ? this.refuse(431) : end;
  }

  /** Lets the text go, which would be kept with the connection. */
  forget(): void {
    this.fields = noFields;
  }

  /** An empty line before a request is passed over (RFC 9112 § 2.2). */
  private readRequestLine(bytes: Uint8Array, from: number): number {
    if (bytes[from] === cr) {
      const next = endOfBlank(bytes, from);
      if (next < 0) return next === isInvalid ? this.refuse(400) : next;
      this.start = next;
    } else this.start = from;
    let at = this.start;
    while (isUpperCase(bytes[at]) && at - this.start <= longestMethod) at++;
    if (at === bytes.length) return needsMore;
    if (at === this.start || bytes[at] !== space) return this.refuse(400);
    this.methodEnd = at++;
    const targetStart = at;
    while (isOfTarget(bytes[at])) at++;
    if (at === bytes.length) return needsMore;
    if (at === targetStart || bytes[at] !== space) return this.refuse(400);
    this.targetEnd = at;
    return this.readVersion(bytes, at + 1);
  }

  private readVersion(bytes: Uint8Array, from: number): number {
    for (let index = 0; index < version.length; index++) {
      const byte = bytes[from + index];
      if (byte === undefined) return needsMore;
      if (byte !== version[index]) return this.refuse(index < versionNumber ? 400 : 505);
    }
    const minor = bytes[from + version.length];
    if (minor === undefined) return needsMore;
    if (minor !== zero && minor !== one) return this.refuse(505);
    this.isOld = minor === zero;
    this.keepsAlive = !this.isOld;
    const end = endOfBlank(bytes, from + version.length + 1);
    return end === isInvalid ? this.refuse(400) : end;
  }

  private readField(bytes: Uint8Array, from: number): number {
    const nameEnd = endOfName(bytes, from);
    if (nameEnd < 0) return nameEnd === isInvalid ? this.refuse(400) : nameEnd;
    const end = endOfLine(bytes, nameEnd + 1);
    if (end < 0) return end === isInvalid ? this.refuse(400) : end;
    let valueStart = nameEnd + 1;
    let valueEnd = end - 2;
    while (valueStart < valueEnd && isBlank(bytes[valueStart])) valueStart++;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) valueEnd--;
    const { start } = this;
    this.marks.add(from - start, nameEnd - start, valueStart - start, valueEnd - start);
    return this.understand(bytes, from, nameEnd, valueStart, valueEnd) ? end : isInvalid;
  }

  /** Takes note of a field, if it is one that matters here. False for an invalid one. */
  private understand(bytes: Uint8Array, from: number, nameEnd: number, start: number, end: number): boolean {
    switch (nameEnd - from) {
      case host.length:
        if (isNamed(bytes, from, nameEnd, host)) this.hosts++;
        return true;
      case expect.length:
        return !isNamed(bytes, from, nameEnd, expect) || this.noteExpect(textOf(bytes, start, end));
      case connection.length:
        if (isNamed(bytes, from, nameEnd, connection)) this.noteConnection(bytes, start, end);
        return true;
      case contentLength.length:
        return !isNamed(bytes, from, nameEnd, contentLength) || this.noteLength(bytes, start, end);
      case transferEncoding.length:
        return !isNamed(bytes, from, nameEnd, transferEncoding) || this.noteCoding(textOf(bytes, start, end));
      default:
        return true;
    }
  }

  private noteExpect(text: string): boolean {
    this.expectsContinue = !this.isOld;
    return text.toLowerCase() === "100-continue" || this.refuse(417) >= 0;
  }

  private noteConnection(bytes: Uint8Array, start: number, end: number): void {
    // What nearly all say, and what HTTP/1.1 means anyway: not worth a text.
    if (!this.isOld && isNamed(bytes, start, end, keepAlive)) return;
    const text = textOf(bytes, start, end);
    if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(text)) this.keepsAlive = false;
    else if (this.isOld && /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i.test(text)) this.keepsAlive = true;
  }

  private noteLength(bytes: Uint8Array, from: number, end: number): boolean {
    const length = numberIn(bytes, from, end, maxLengthDigits);
    if (this.contentLength >= 0 || length < 0) return this.refuse(400) >= 0;
    this.contentLength = length;
    return true;
  }

  private noteCoding(text: string): boolean {
    if (this.isChunked || this.isOld || text.toLowerCase() !== "chunked") return this.refuse(400) >= 0;
    this.isChunked = true;
    return true;
  }

  private readEnd(bytes: Uint8Array, at: number): number {
    const end = endOfBlank(bytes, at);
    if (end === needsMore) return end;
    const isFramedTwice = this.isChunked && this.contentLength >= 0;
    if (end === isInvalid || isFramedTwice || this.hosts > 1 || (this.hosts === 0 && !this.isOld))
      return this.refuse(400);
    const { methodEnd, start, targetEnd } = this;
    const method = methodAt(bytes, start, methodEnd);
    if (method === undefined) return this.refuse(501);
    const text = Buffer.prototype.latin1Slice.call(bytes, start, at);
    this.method = method;
    this.target = text.slice(methodEnd - start + 1, targetEnd - start);
    this.fields = this.marks.fieldsOf(text);
    return end;
  }

  /** Gives `isInvalid`. */
  private refuse(status: Refusal): number {
    this.refusal = status;
    return isInvalid;
  }
}

const noFields = new FieldMarks().fieldsOf("");
const nothing = Buffer.alloc(0);
const space = 32;
const zero = 48;
const one = 49;
const upperA = 65;
const upperZ = 90;
const tilde = 126;
const version = Buffer.from("HTTP/1.");
/** Where in that the number begins. */
const versionNumber = 5;
const host = Buffer.from("host");
const expect = Buffer.from("expect");
const connection = Buffer.from("connection");
const keepAlive = Buffer.from("keep-alive");
const contentLength = Buffer.from("content-length");
const transferEncoding = Buffer.from("transfer-encoding");

function isUpperCase(byte: number | undefined): boolean {
  return byte !== undefined && byte >= upperA && byte <= upperZ;
}

function isOfTarget(byte: number | undefined): boolean {
  return byte !== undefined && byte > space && byte <= tilde;
}

/** Told by its bytes, so that no text has to be made of it. */
function methodAt(bytes: Uint8Array, from: number, end: number): string | undefined {
  for (let index = 0; index < methods.length; index++) {
    if (isSame(bytes, from, end, methodBytes[index] ?? nothing)) return methods[index];
  }
  return undefined;
}

function isSame(bytes: Uint8Array, from: number, end: number, wanted: Uint8Array): boolean {
  if (end - from !== wanted.length) return false;
  for (let index = 0; index < wanted.length; index++) if (bytes[from + index] !== wanted[index]) return false;
  return true;
}
