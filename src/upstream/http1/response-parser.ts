import { ChunkedBody } from "#lib/http1/chunked-body";
import { isInvalid, needsMore } from "#lib/http1/field-line";
import { partOf } from "#lib/part-of";
import { AnswerHead } from "./answer-head";
import type { AnswerReceiver } from "./answer-receiver";

/** `more`: nothing has ended; `complete`: the answer has; `invalid`: see `problem`. */
export type Progress = "more" | "complete" | "invalid";

/** Interim answers (1xx) before the one that counts. */
const maxInterim = 16;

type Part = "nothing" | "head" | "length" | "chunks" | "until-close";

/**
 * Cuts one answer after another out of the bytes of a connection (RFC 9112). What could be understood in two ways is
 * refused, for behind a confused proxy one request would get the answer of another. Large bodies are passed on
 * without a copy.
 */
export class ResponseParser {
  /** Why the answer is invalid. */
  problem = "";
  /** Once an answer is complete: its connection can carry another request. */
  canReuse = false;
  private readonly headParser = new AnswerHead();
  private readonly chunked: ChunkedBody;
  private part: Part = "nothing";
  /** Bytes that are understood only with those that follow. */
  private held: Uint8Array | undefined;
  private left = 0;
  private interim = 0;

  constructor(private readonly receiver: AnswerReceiver) {
    this.chunked = new ChunkedBody(receiver);
  }

  /** An answer is expected from here on. */
  begin(): void {
    this.part = "head";
    this.interim = 0;
  }

  /** Nothing is expected any more: from within `push` too, which then says `more`. */
  stop(): void {
    this.part = "nothing";
    this.held = undefined;
    this.chunked.stop();
  }

  /** What comes next begins with a chunk, or with the end of all chunks. */
  get isBetweenChunks(): boolean {
    return this.part === "chunks" && this.held === undefined && this.chunked.isBetween;
  }

  push(read: Uint8Array): Progress {
    let bytes = read;
    if (this.held !== undefined) {
      bytes = Buffer.concat([this.held, read]);
      this.held = undefined;
    }
    const at = this.part === "head" ? this.readHead(bytes) : 0;
    if (at === isInvalid) return this.refuse(this.headParser.problem);
    return at === needsMore ? "more" : this.readBody(bytes, at);
  }

  /** The other side has closed, which ends a body without a length, and nothing else. */
  close(): Progress {
    if (this.part !== "until-close") return "more";
    this.stop();
    this.canReuse = false;
    return "complete";
  }

  /** Past the head, and those of interim answers before it; keeps what is no whole head. */
  private readHead(bytes: Uint8Array): number {
    const head = this.headParser;
    for (let from = 0; ; ) {
      const end = head.read(bytes, from);
      if (end === needsMore) this.held = from === 0 ? bytes : bytes.subarray(from);
      if (end < 0) return end;
      if (head.status >= 200) {
        this.part = this.bodyOf(head);
        this.receiver.head(head);
        head.forget();
        return end;
      }
      this.interim++;
      if (this.interim > maxInterim) return head.refuse("it has too many interim answers");
      if (!head.keepsAlive) return head.refuse("an interim answer closes the connection");
      from = end;
    }
  }

  /** RFC 9112 § 6.3. */
  private bodyOf({ contentLength, isChunked, status }: AnswerHead): Part {
    this.left = Math.max(0, contentLength);
    if (status === 204 || status === 304) {
      this.left = 0;
      return "length";
    }
    if (isChunked) {
      this.chunked.begin();
      return "chunks";
    }
    return contentLength < 0 ? "until-close" : "length";
  }

  private readBody(bytes: Uint8Array, from: number): Progress {
    switch (this.part) {
      case "length":
        return this.readLength(bytes, from);
      case "chunks":
        return this.readChunks(bytes, from);
      case "until-close":
        if (from < bytes.length) this.receiver.data(from === 0 ? bytes : bytes.subarray(from));
        return "more";
      case "nothing":
      case "head":
        return "more";
    }
  }

  private readLength(bytes: Uint8Array, from: number): Progress {
    const end = Math.min(from + this.left, bytes.length);
    this.left -= end - from;
    if (end > from) this.receiver.data(end - from === bytes.length ? bytes : partOf(bytes, from, end));
    return this.left === 0 && this.part === "length" ? this.complete(end === bytes.length) : "more";
  }

  private readChunks(bytes: Uint8Array, from: number): Progress {
    const end = this.chunked.read(bytes, from);
    if (end === isInvalid) return this.refuse(this.chunked.problem);
    if (this.chunked.isComplete) return this.complete(end === bytes.length);
    if (end < bytes.length && this.part === "chunks") this.held = bytes.subarray(end);
    return "more";
  }

  /** Bytes after an answer belong to no request: what comes next on that connection cannot be trusted. */
  private complete(isLast: boolean): Progress {
    this.stop();
    this.canReuse = isLast && this.headParser.keepsAlive;
    return "complete";
  }

  private refuse(problem: string): Progress {
    this.stop();
    this.problem = problem;
    return "invalid";
  }
}
