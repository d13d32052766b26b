/** One event of a streamed body, with the bytes it came as. */
export type StreamEvent = {
  /** Its type; "message" where the framing has none. */
  readonly event: string;
  /** Its content as text; "" for an event that carries none (a comment, a blank line). */
  readonly data: string;
  /** Its bytes as received, terminator included: what a pass-through sends on. */
  readonly raw: Uint8Array;
};

/**
 * Cuts the bytes of a streamed body into events. The `raw` bytes of all events, joined, are the input; they may be part of
 * a chunk, which must not be written to afterwards.
 */
export type FrameParser<E extends StreamEvent = StreamEvent> = {
  /**
   * The events that this chunk completes. Throws FramingError; where events come before the broken bytes they are given
   * out first, and the next call throws.
   */
  readonly push: (chunk: Uint8Array) => readonly E[];
  /** The body ended: what came after the last complete event, as an event, if anything did. Throws FramingError as `push`. */
  readonly end: () => readonly E[];
  /** No event has begun, and what comes next begins one. Absent where that is not told. */
  readonly isBetween?: () => boolean;
  /** After `end`: the body stopped inside an event. */
  readonly endedMidEvent: () => boolean;
};

/** The bytes do not follow the framing, or a single event is longer than the parser's limit. */
export class FramingError extends Error {
  override readonly name = "FramingError";
}

/** How one framing cuts. */
export type Framing<E extends StreamEvent> = {
  /** Appends the events that the chunk completes. Throws FramingError. */
  readonly cut: (chunk: Uint8Array, events: E[]) => void;
  /** What is left when the body has ended; `isPartial` when it stopped inside of it. */
  readonly rest: () => { readonly event: E; readonly isPartial: boolean } | undefined;
  /** As of the parser. */
  readonly isBetween?: () => boolean;
};

export const defaultLimitBytes = 16 * 1024 * 1024;

export function createFrameParser<E extends StreamEvent>({ cut, rest, isBetween }: Framing<E>): FrameParser<E> {
  let broken: unknown;
  let endedMidEvent = false;
  return {
    push: (chunk) => {
      if (broken !== undefined) throw broken;
      const events: E[] = [];
      try {
        cut(chunk, events);
      } catch (cause) {
        broken = cause;
        if (events.length === 0) throw cause;
      }
      return events;
    },
    end: () => {
      if (broken !== undefined) throw broken;
      const left = rest();
      if (left === undefined) return [];
      endedMidEvent = left.isPartial;
      return [left.event];
    },
    ...(isBetween !== undefined && { isBetween: () => broken === undefined && isBetween() }),
    endedMidEvent: () => endedMidEvent,
  };
}
