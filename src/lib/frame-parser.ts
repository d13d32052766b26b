/** One event of a streamed body, with the bytes it came as. */
export type StreamEvent = {
  /** Its type, as the framing tells it; "message" where the framing has none. */
  readonly event: string;
  /** Its content as text; "" for an event that carries none (a comment, a blank line). */
  readonly data: string;
  /** Its bytes as received, terminator included: what a pass-through sends on. */
  readonly raw: Uint8Array;
};

/**
 * Cuts the bytes of a streamed body into events. The `raw` bytes of all events, joined, are the input. The bytes that an
 * event refers to may be part of a chunk: they are only read.
 */
export type FrameParser = {
  /** The events that this chunk completes. Throws FramingError. */
  readonly push: (chunk: Uint8Array) => readonly StreamEvent[];
  /** The body ended: what came after the last complete event, as an event, if anything did. */
  readonly end: () => readonly StreamEvent[];
  /** After `end`: the body stopped inside an event. */
  readonly endedMidEvent: () => boolean;
};

/** The bytes do not follow the framing, or a single event was longer than the parser's limit. */
export class FramingError extends Error {
  override readonly name = "FramingError";
}

export const defaultLimitBytes = 16 * 1024 * 1024;
