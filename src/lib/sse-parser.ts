import { createFrameParser, defaultLimitBytes, type FrameParser, type StreamEvent } from "./frame-parser";
import { createGrowingBuffer } from "./growing-buffer";

const lf = 10;
const cr = 13;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Cuts a byte stream into server-sent events (WHATWG HTML § 9.2.6): `event` is the `event:` field, `data` the `data:`
 * lines joined by "\n", `raw` ends with the blank line.
 *
 * Our own, because a relay needs what the parsers on npm do not give: the bytes of each event, comments and keep-alives
 * too, so that a pass-through sends them on unchanged; a limit on the length of an event; and word of an event that the
 * end of the body cut off, which a browser would drop. A CRLF may be torn apart by two chunks: its LF then opens the next
 * event's `raw`, so that no event has to wait for a further chunk.
 */
export function createSseParser(limitBytes = defaultLimitBytes): FrameParser {
  const pending = createGrowingBuffer(limitBytes);
  let first = true;
  const boundary = createBoundaryScanner();

  const finish = (raw: Uint8Array): StreamEvent => {
    const start = first && startsWithBom(raw) ? 3 : 0;
    first = false;
    return new SseEvent(raw, start);
  };

  return createFrameParser({
    cut: (chunk, events) => {
      const hasCr = chunk.includes(cr);
      let from = 0;
      while (from < chunk.length) {
        const to = boundary.next(chunk, from, hasCr);
        if (to < 0) break;
        const part = from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
        events.push(finish(pending.isEmpty() && part.length <= limitBytes ? part : pending.append(part).take()));
        from = to;
      }
      if (from < chunk.length) pending.append(chunk.subarray(from));
    },
    isBetween: () => pending.isEmpty() && !boundary.isTorn(),
    rest: () => {
      if (pending.isEmpty()) return undefined;
      const event = finish(pending.take());
      return { event, isPartial: event.raw.some((byte) => byte !== lf && byte !== cr) };
    },
  });
}

/** Finds the byte after the blank line that ends a block; keeps its state across chunks. */
function createBoundaryScanner() {
  let atLineStart = true;
  /** The byte before was a CR: an LF now belongs to it. */
  let afterCr = false;

  const nextLfOnly = (chunk: Uint8Array, from: number): number => {
    let at = chunk.indexOf(lf, from);
    if (at === from && atLineStart) return at + 1;
    while (at >= 0) {
      const after = at + 1;
      if (chunk[after] === lf) {
        atLineStart = true;
        return after + 1;
      }
      if (after === chunk.length) {
        atLineStart = true;
        return -1;
      }
      at = chunk.indexOf(lf, after);
    }
    atLineStart = false;
    return -1;
  };

  const nextAnyEnding = (chunk: Uint8Array, from: number): number => {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte !== lf && byte !== cr) {
        atLineStart = afterCr = false;
        continue;
      }
      const secondHalf = byte === lf && afterCr;
      afterCr = byte === cr;
      if (secondHalf) continue;
      if (!atLineStart) {
        atLineStart = true;
        continue;
      }
      if (!afterCr || chunk[at + 1] !== lf) return at + 1;
      afterCr = false;
      return at + 2;
    }
    return -1;
  };

  return {
    next: (chunk: Uint8Array, from: number, hasCr: boolean): number =>
      hasCr || afterCr ? nextAnyEnding(chunk, from) : nextLfOnly(chunk, from),
    /** The second half of a line ending may follow. */
    isTorn: () => afterCr,
  };
}

function startsWithBom(raw: Uint8Array): boolean {
  return raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf;
}

type Fields = Omit<StreamEvent, "raw">;

/** Its fields are read when they are asked for: most events are told by their bytes. */
class SseEvent implements StreamEvent {
  private fields: Fields | undefined;

  constructor(
    readonly raw: Uint8Array,
    private readonly start: number,
  ) {}

  get event(): string {
    return this.read().event;
  }

  get data(): string {
    return this.read().data;
  }

  private read(): Fields {
    this.fields ??= readFields(decoder.decode(this.start === 0 ? this.raw : this.raw.subarray(this.start)));
    return this.fields;
  }
}

/** Nearly every event is one `data: …` line: it is read without splitting lines. */
function readFields(text: string): Fields {
  const end = text.length - 2;
  if (text.startsWith("data: ") && text.indexOf("\n") === end && !text.includes("\r")) {
    return { event: "message", data: text.slice(6, end) };
  }
  return readLines(text);
}

function readLines(text: string): Fields {
  let event = "";
  let data: string | undefined;
  for (const line of text.includes("\r") ? text.split(/\r\n|\n|\r/) : text.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== "data" && field !== "event") continue;
    const value = colon < 0 ? "" : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1);
    if (field === "event") event = value;
    else data = data === undefined ? value : `${data}\n${value}`;
  }
  return { event: event === "" ? "message" : event, data: data ?? "" };
}
