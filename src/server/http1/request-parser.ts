import { ChunkedBody } from "#lib/http1/chunked-body";
import { isInvalid, lf, needsMore } from "#lib/http1/field-line";
import { partOf } from "#lib/part-of";
import { maxHeadBytes, type Refusal, RequestHead } from "./request-head";

/** Who is told of a request as it is read. No call may throw. */
export type RequestReceiver = {
  /** The head is read anew with the next request: what is needed of it later must be taken now. */
  readonly head: (head: RequestHead) => void;
  /** Bytes of the body, without its transfer coding. They are the receiver's to keep. */
  readonly data: (bytes: Uint8Array) => void;
};

/** `more`: nothing has ended; `complete`: the request has; `invalid`: see `refusal`. */
export type Progress = "more" | "complete" | "invalid";

/** Heads up to this are read with every piece that comes. */
const eagerBytes = 1024;

type Part = "nothing" | "head" | "length" | "chunks";

/**
 * Cuts one request after another out of the bytes of a connection (RFC 9112). Large bodies are passed on without a
 * copy; what comes after a request waits until the next is asked for.
 */
export class RequestParser {
  /** The status that an invalid request is answered with. */
  refusal: Refusal = 400;
  private readonly headParser = new RequestHead();
  private readonly chunked: ChunkedBody;
  private part: Part = "nothing";
  /** Bytes that are understood only with those that follow, or belong to the next request. */
  private held: Uint8Array | undefined;
  private left = 0;

  constructor(private readonly receiver: RequestReceiver) {
    this.chunked = new ChunkedBody(receiver);
  }

  /** Bytes that are kept. */
  get heldBytes(): number {
    return this.held?.length ?? 0;
  }

  /** Some of a request's head came. */
  get isInHead(): boolean {
    return this.part === "head" && this.held !== undefined;
  }

  /** The next request begins with the bytes that are there, if any. */
  begin(): Progress {
    this.part = "head";
    const { held } = this;
    this.held = undefined;
    return held === undefined ? "more" : this.take(held);
  }

  /** Nothing is expected any more: from within `push` too, which then says `more`. */
  stop(): void {
    this.part = "nothing";
    this.held = undefined;
    this.chunked.stop();
  }

  push(read: Uint8Array): Progress {
    if (this.held === undefined && this.part !== "nothing") return this.take(read);
    const bytes = this.held === undefined ? read : Buffer.concat([this.held, read]);
    this.held = undefined;
    if (this.part !== "nothing" && this.isWorthReading(bytes, read)) return this.take(bytes);
    this.held = bytes;
    return "more";
  }

  /** A long head that drips in is not read anew with every byte, but with every line. */
  private isWorthReading({ length }: Uint8Array, read: Uint8Array): boolean {
    return this.part !== "head" || length <= eagerBytes || length > maxHeadBytes || read.includes(lf);
  }

  private take(bytes: Uint8Array): Progress {
    const at = this.part === "head" ? this.readHead(bytes) : 0;
    if (at === isInvalid) return this.refuse(this.headParser.refusal);
    return at === needsMore ? "more" : this.readBody(bytes, at);
  }

  private readHead(bytes: Uint8Array): number {
    const head = this.headParser;
    const end = head.read(bytes, 0);
    if (end === needsMore) this.held = bytes;
    if (end < 0) return end;
    this.left = Math.max(0, head.contentLength);
    this.part = head.isChunked ? "chunks" : "length";
    if (head.isChunked) this.chunked.begin();
    this.receiver.head(head);
    head.forget();
    return end;
  }

  private readBody(bytes: Uint8Array, from: number): Progress {
    switch (this.part) {
      case "length":
        return this.readLength(bytes, from);
      case "chunks":
        return this.readChunks(bytes, from);
      case "nothing":
      case "head":
        return "more";
    }
  }

  private readLength(bytes: Uint8Array, from: number): Progress {
    const end = Math.min(from + this.left, bytes.length);
    this.left -= end - from;
    if (end > from) this.receiver.data(end - from === bytes.length ? bytes : partOf(bytes, from, end));
    return this.left === 0 && this.part === "length" ? this.complete(bytes, end) : "more";
  }

  private readChunks(bytes: Uint8Array, from: number): Progress {
    const end = this.chunked.read(bytes, from);
    if (end === isInvalid) return this.refuse(400);
    if (this.part !== "chunks") return "more";
    if (this.chunked.isComplete) return this.complete(bytes, end);
    if (end < bytes.length) this.held = bytes.subarray(end);
    return "more";
  }

  private complete(bytes: Uint8Array, end: number): Progress {
    this.part = "nothing";
    if (end < bytes.length) this.held = bytes.subarray(end);
    return "complete";
  }

  private refuse(refusal: Refusal): Progress {
    this.stop();
    this.refusal = refusal;
    return "invalid";
  }
}
