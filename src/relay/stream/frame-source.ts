import type { FrameParser, StreamEvent } from "#lib/frame-parser";
import { tryParseJson } from "#lib/json";
import { type Frame, joinFrames, type StreamRelay } from "./frame";

/** A provider's stream as frames. */
export type FrameSource = {
  /**
   * What the next bytes of the provider become; undefined when its body has ended. Nothing is read while nobody asks.
   * Rejects with GatewayError when the body is cut or a timer fires.
   */
  readonly next: () => Promise<Frame | undefined>;
  /** Nothing more is wanted: the connection is closed. */
  readonly close: () => void;
};

const newline = 10;

/** Promise callbacks by hand: two async generators in this place cost four more promises and 4 µs an event. */
export function createFrameSource(
  chunks: AsyncIterator<Uint8Array>,
  parser: FrameParser,
  relay: StreamRelay,
): FrameSource {
  let ended = false;
  /** Why nothing can be read any more, kept until what came before it is delivered. */
  let broken: { readonly cause: unknown } | undefined;

  /** Undefined for no event at all. */
  const frameOf = (events: readonly StreamEvent[]): Frame | undefined => {
    const [first] = events;
    if (first === undefined) return undefined;
    if (events.length === 1) return relay.push(first);
    const frames: Frame[] = [];
    for (const event of events) {
      try {
        frames.push(relay.push(event));
      } catch (cause) {
        if (frames.length === 0) throw cause;
        broken = { cause };
      }
      if (broken !== undefined || frames.at(-1)?.failed === true) break;
    }
    return joinFrames(frames);
  };

  const arrived = (result: IteratorResult<Uint8Array>): Frame | undefined | Promise<Frame | undefined> => {
    if (result.done === true) {
      ended = true;
      return frameOf(lastEvents(parser));
    }
    return frameOf(parser.push(result.value)) ?? next();
  };
  const next = (): Promise<Frame | undefined> => {
    if (broken !== undefined) return Promise.reject(broken.cause);
    return ended ? Promise.resolve(undefined) : chunks.next().then(arrived);
  };

  return {
    next,
    close: () => {
      ended = true;
      // The call is over either way; what its connection does now concerns nobody.
      chunks.return?.().catch(() => undefined);
    },
  };
}

/** An event that the end of the body cut off is no event, unless it lacks its blank line alone. */
function lastEvents(parser: FrameParser): readonly StreamEvent[] {
  const last = parser.end();
  if (!parser.endedMidEvent()) return last;
  return last.filter(({ data }) => tryParseJson(data) !== undefined).map(withBlankLine);
}

function withBlankLine(event: StreamEvent): StreamEvent {
  const missing = event.raw.at(-1) === newline ? "\n" : "\n\n";
  return { ...event, raw: Buffer.concat([event.raw, Buffer.from(missing)]) };
}
