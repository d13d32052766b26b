import {
  cr,
  endOfBlank,
  endOfLine,
  endOfName,
  isInvalid,
  isNamed,
  needsMore,
  numberIn,
  textOf,
} from "#lib/http1/field-line";
import { AnswerFields } from "./answer-fields";

const maxHeadBytes = 64 * 1024;
const maxFields = 256;
const maxLengthDigits = 15;

/**
 * The head of an answer (RFC 9112 § 4 and § 5), read in one pass and as strictly as llhttp does: the fields that decide
 * about framing and reuse are understood, the others checked and kept as text. One for each connection.
 */
export class AnswerHead {
  status = 0;
  /** -1 where none is announced. */
  contentLength = -1;
  isChunked = false;
  /** The connection may be used again. */
  keepsAlive = true;
  hasEncoding = false;
  /** How long the server keeps the connection open between two requests, where it says so. */
  keepAliveMs: number | undefined;
  /** Why it is invalid. */
  problem = "";
  /** Of HTTP/1.0, whose connections close unless it says otherwise. */
  private isOld = false;
  private bytes: Uint8Array = nothing;
  private fieldsFrom = 0;
  private fieldsTo = 0;

  /** Where the head ends that begins there; `needsMore` or `isInvalid`. Begins anew each time. */
  read(bytes: Uint8Array, from: number): number {
    this.contentLength = -1;
    this.isChunked = false;
    this.problem = "";
    this.hasEncoding = false;
    this.keepAliveMs = undefined;
    let at = this.readStatusLine(bytes, from);
    this.fieldsFrom = at;
    for (let count = 0; at >= 0 && bytes[at] !== cr; count++) {
      if (count === maxFields) return this.refuse("it has too many fields");
      at = this.readField(bytes, at);
    }
    const end = at < 0 ? at : this.readEnd(bytes, at);
    return (end < 0 ? bytes.length : end) - from > maxHeadBytes ? this.refuse("its head is too long") : end;
  }

  /** The fields of a head that is complete. */
  fields(): AnswerFields {
    return new AnswerFields(this.bytes, this.fieldsFrom, this.fieldsTo);
  }

  /** Lets the bytes go, which would be kept with the connection. */
  forget(): void {
    this.bytes = nothing;
  }

  private readStatusLine(bytes: Uint8Array, from: number): number {
    let status = 0;
    for (let index = 0; index < statusEnd; index++) {
      const byte = bytes[from + index];
      if (byte === undefined) return needsMore;
      if (index >= statusStart) status = byte >= zero && byte <= nine ? status * 10 + byte - zero : Number.NaN;
      else if (byte !== versionOne[index] && byte !== versionZero[index]) return this.refuse("its status line is none");
    }
    this.status = status;
    this.isOld = bytes[from + minorVersion] === zero;
    this.keepsAlive = !this.isOld;
    const next = bytes[from + statusEnd];
    if (!(status >= 100) || (next !== undefined && next !== space && next !== cr)) {
      return this.refuse("its status line is none");
    }
    const end = endOfLine(bytes, from + statusEnd);
    return end === isInvalid ? this.refuse("its status line is none") : end;
  }

  private readField(bytes: Uint8Array, from: number): number {
    const nameEnd = endOfName(bytes, from);
    if (nameEnd < 0) return nameEnd === isInvalid ? this.refuse("a field has no name") : nameEnd;
    const end = endOfLine(bytes, nameEnd + 1);
    if (end === isInvalid) return this.refuse("a field has a control character");
    return end >= 0 && !this.understand(bytes, from, nameEnd, end) ? isInvalid : end;
  }

  private readEnd(bytes: Uint8Array, at: number): number {
    const end = endOfBlank(bytes, at);
    if (end === isInvalid) return this.refuse("a line ends without LF");
    if (end === needsMore) return end;
    if (this.isChunked && this.contentLength >= 0) return this.refuse("it is chunked and has a length");
    if (this.status === 101) return this.refuse("it switches protocols");
    this.bytes = bytes;
    this.fieldsTo = at;
    return end;
  }

  /** Takes note of a field, if it is one that matters here. False for an invalid one. */
  private understand(bytes: Uint8Array, from: number, nameEnd: number, end: number): boolean {
    if (isNamed(bytes, from, nameEnd, contentLength)) return this.noteLength(bytes, nameEnd + 1, end - 2);
    if (isNamed(bytes, from, nameEnd, transferEncoding)) return this.noteCoding(textOf(bytes, nameEnd + 1, end));
    if (isNamed(bytes, from, nameEnd, connection)) this.noteConnection(bytes, nameEnd + 1, end - 2);
    else if (isNamed(bytes, from, nameEnd, keepAlive)) this.noteKeepAlive(textOf(bytes, nameEnd + 1, end));
    else if (isNamed(bytes, from, nameEnd, contentEncoding)) this.hasEncoding = true;
    return true;
  }

  private noteLength(bytes: Uint8Array, from: number, end: number): boolean {
    const length = numberIn(bytes, from, end, maxLengthDigits);
    if (this.contentLength >= 0) this.refuse("it has two lengths");
    else if (length < 0)
      this.refuse(/^\d+$/.test(textOf(bytes, from, end)) ? "its length is too large" : "its length is no number");
    if (this.problem !== "") return false;
    this.contentLength = length;
    return true;
  }

  private noteCoding(text: string): boolean {
    if (this.isChunked || text.toLowerCase() !== "chunked") {
      this.refuse("its transfer coding is not chunked alone");
      return false;
    }
    this.isChunked = true;
    return true;
  }

  private noteConnection(bytes: Uint8Array, from: number, end: number): void {
    // What nearly all say, and what HTTP/1.1 means anyway: not worth a text.
    if (!this.isOld && isNamed(bytes, from + 1, end, keepAlive)) return;
    const text = textOf(bytes, from, end);
    if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(text)) this.keepsAlive = false;
    else if (this.isOld && /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i.test(text)) this.keepsAlive = true;
  }

  private noteKeepAlive(text: string): void {
    const seconds = /(?:^|[,\s])timeout=(\d{1,6})(?:$|[,\s])/i.exec(text)?.[1];
    if (seconds !== undefined) this.keepAliveMs = Number(seconds) * 1000;
  }

  /** Gives `isInvalid`. */
  refuse(problem: string): number {
    this.problem = problem;
    return isInvalid;
  }
}

const nothing = new Uint8Array(0);
const space = 32;
const zero = 48;
const nine = 57;
const contentLength = Buffer.from("content-length");
const transferEncoding = Buffer.from("transfer-encoding");
const contentEncoding = Buffer.from("content-encoding");
const keepAlive = Buffer.from("keep-alive");
const connection = Buffer.from("connection");

const versionOne = Buffer.from("HTTP/1.1 ");
const versionZero = Buffer.from("HTTP/1.0 ");
const minorVersion = 7;
const statusStart = 9;
const statusEnd = 12;
