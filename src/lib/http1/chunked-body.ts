import { partOf } from "../part-of";
import { cr, endOfBlank, endOfLine, endOfName, isInvalid, needsMore, textOf } from "./field-line";

/** A chunk's size in hexadecimal, and the line that it stands in. */
const maxSizeDigits = 12;
const maxSizeLineBytes = 4096;
const maxTrailerBytes = 16 * 1024;

/** Told of the bytes of a body, without their coding. May not throw. */
export type BodyReceiver = { readonly data: (bytes: Uint8Array) => void };

type Part = "size" | "data" | "data-end" | "trailer" | "over";

/** Takes the chunked coding (RFC 9112 § 7.1) off a body. Extensions and trailers are checked, bounded and dropped. */
export class ChunkedBody {
  isComplete = false;
  /** Why it is invalid. */
  problem = "";
  private part: Part = "over";
  private left = 0;
  private trailerBytes = 0;

  constructor(private readonly receiver: BodyReceiver) {}

  begin(): void {
    this.part = "size";
    this.isComplete = false;
    this.trailerBytes = 0;
  }

  /** What comes next is a chunk's size. */
  get isBetween(): boolean {
    return this.part === "size";
  }

  /** Gives nothing more, also in the middle of `read`. */
  stop(): void {
    this.part = "over";
  }

  /** How far the bytes were understood: the rest is to come again with what follows it. `isInvalid` for other bytes. */
  read(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && this.part !== "over") {
      const next = this.readPart(bytes, at);
      if (next === needsMore) return at;
      if (next === isInvalid) return isInvalid;
      at = next;
    }
    return at;
  }

  private readPart(bytes: Uint8Array, at: number): number {
    switch (this.part) {
      case "size":
        return this.readSize(bytes, at);
      case "data":
        return this.readData(bytes, at);
      case "data-end":
        return this.readDataEnd(bytes, at);
      case "trailer":
        return this.readTrailer(bytes, at);
      case "over":
        return at;
    }
  }

  private readSize(bytes: Uint8Array, from: number): number {
    let size = 0;
    let at = from;
    for (; at < bytes.length; at++) {
      const digit = hexDigits[bytes[at] ?? 0] ?? noDigit;
      if (digit === noDigit) break;
      size = size * 16 + digit;
    }
    if (at - from > maxSizeDigits) return this.refuse("a chunk is too large");
    if (at === bytes.length) return needsMore;
    const next = bytes[at];
    if (at === from || (next !== cr && next !== semicolon)) return this.refuse("a chunk has no size");
    const end = next === cr ? endOfBlank(bytes, at) : endOfLine(bytes, at);
    if (end === isInvalid) return this.refuse("a chunk's size does not end with CRLF");
    if (end === needsMore) {
      return bytes.length - from > maxSizeLineBytes ? this.refuse("a chunk's extension is too long") : needsMore;
    }
    if (next === semicolon && !extensionForm.test(textOf(bytes, at, end))) {
      return this.refuse("a chunk's extension is none");
    }
    this.left = size;
    this.part = size === 0 ? "trailer" : "data";
    return end;
  }

  private readData(bytes: Uint8Array, from: number): number {
    const end = Math.min(from + this.left, bytes.length);
    this.left -= end - from;
    if (this.left === 0) this.part = "data-end";
    this.receiver.data(partOf(bytes, from, end));
    return end;
  }

  private readDataEnd(bytes: Uint8Array, from: number): number {
    const end = endOfBlank(bytes, from);
    if (end === isInvalid) return this.refuse("a chunk is longer than its size");
    if (end !== needsMore) this.part = "size";
    return end;
  }

  private readTrailer(bytes: Uint8Array, from: number): number {
    if (bytes[from] === cr) {
      const end = endOfBlank(bytes, from);
      if (end === isInvalid) return this.refuse("its trailers do not end with CRLF");
      if (end === needsMore) return end;
      this.part = "over";
      this.isComplete = true;
      return end;
    }
    const nameEnd = endOfName(bytes, from);
    const end = nameEnd < 0 ? nameEnd : endOfLine(bytes, nameEnd + 1);
    if (end === isInvalid) return this.refuse("a trailer is no field");
    const length = (end === needsMore ? bytes.length : end) - from;
    if (this.trailerBytes + length > maxTrailerBytes) return this.refuse("its trailers are too long");
    if (end !== needsMore) this.trailerBytes += length;
    return end;
  }

  private refuse(problem: string): number {
    this.part = "over";
    this.problem = problem;
    return isInvalid;
  }
}

const semicolon = 59;
/** `;name`, `;name=token` and `;name="quoted"`, without blanks. */
const extensionForm =
  /^(?:;[!#$%&'*+\-.^_`|~\w]+(?:=(?:[!#$%&'*+\-.^_`|~\w]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"))?)+$/;
const noDigit = 255;
const hexDigits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[0-9a-fA-F]/.test(character) ? Number.parseInt(character, 16) : noDigit;
});
