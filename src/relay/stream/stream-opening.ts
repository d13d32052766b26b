import type { Framing } from "#dialects/framings";
import { InvalidAnswer } from "#dialects/operation";
import type { FrameParser, StreamEvent } from "#lib/frame-parser";
import { type StartTimer, startTimer } from "#lib/timer";
import { errorBodyMs, maxErrorBytes } from "../attempt/error-body";

/** A JSON value came where a stream was asked for: an error under status 200, or an answer of a provider that cannot stream. */
export class JsonForStream extends InvalidAnswer {
  /** As far as it came. */
  constructor(readonly text: string) {
    super("it is JSON where a stream was asked for");
  }
}

const brace = 0x7b;
const bracket = 0x5b;
const colon = 0x3a;
/** A byte order mark may stand before either. */
const mark: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * The parser of a stream that may turn out to be a JSON value, or neither (a page of HTML, compressed bytes without a
 * word of it): told by its first byte, for providers label such bodies as they like. A value is read as an error is, for a
 * short time and up to a short length, and then thrown as JsonForStream.
 */
export class OpeningParser implements FrameParser {
  private state: "new" | "stream" | "json" = "new";
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private stopTimer: (() => void) | undefined;
  /** Called when the rest of a value is not waited for any longer. */
  onOverdue: () => void = () => undefined;

  constructor(
    private readonly events: FrameParser,
    private readonly framing: Pick<Framing, "isJson" | "isText">,
    private readonly start: StartTimer = startTimer,
  ) {}

  push(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.state === "stream") return this.events.push(chunk);
    if (this.state === "new" && !this.begin(chunk)) return this.events.push(chunk);
    this.length += chunk.length;
    if (this.length > maxErrorBytes) throw this.value();
    this.pieces.push(chunk);
    return [];
  }

  end(): readonly StreamEvent[] {
    if (this.state === "json") throw this.value();
    return this.events.end();
  }

  isBetween(): boolean {
    return this.state === "stream" && this.events.isBetween?.() === true;
  }

  endedMidEvent(): boolean {
    return this.events.endedMidEvent();
  }

  /** Whether a value begins here. Throws InvalidAnswer where no event can. */
  private begin(chunk: Uint8Array): boolean {
    const first = this.firstOf(chunk);
    if (first === undefined) return false;
    const isValue = first === brace || first === bracket;
    if (!isValue || this.framing.isJson) {
      if (!isValue && this.framing.isText && first !== colon && !isLetter(first))
        throw new InvalidAnswer("it is no stream of events");
      this.state = "stream";
      return false;
    }
    this.state = "json";
    this.stopTimer = this.start(() => this.onOverdue(), errorBodyMs);
    return true;
  }

  /** Frames of bytes begin with their length, which is a byte like any other. */
  private firstOf(chunk: Uint8Array): number | undefined {
    return this.framing.isText ? chunk.find((byte) => byte > 0x20 && !mark.includes(byte)) : chunk[0];
  }

  private value(): JsonForStream {
    this.stopTimer?.();
    return new JsonForStream(new TextDecoder().decode(Buffer.concat(this.pieces)));
  }
}

function isLetter(byte: number): boolean {
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x7a;
}
