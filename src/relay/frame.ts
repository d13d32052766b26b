import type { ResponseFacts, UpstreamFailure } from "#dialects/codec";
import type { SseEvent } from "#lib/sse";

/** What one event of the provider's stream becomes for the client. */
export type Frame = {
  /** Bytes to send; undefined when there is nothing. */
  readonly bytes: Uint8Array | undefined;
  /** Whether it carried text, reasoning or a tool call. */
  readonly token: boolean;
  /** Completes the answer: the record is written before these bytes go out. */
  readonly terminal: boolean;
};

/** What is known of a streamed answer so far. */
export type StreamFacts = ResponseFacts & {
  readonly complete: boolean;
  readonly outputChars: number;
  /** An error that the provider sent inside its stream. */
  readonly error?: UpstreamFailure;
  readonly dropped: readonly string[];
};

/** Turns a provider's events into the client's bytes; one for pass-through, one for translation. */
export type StreamRelay = {
  /** Throws InvalidAnswer for an event that is not of the provider's dialect. */
  readonly push: (event: SseEvent) => Frame;
  /** The body ended: whatever is still owed to the client. `undefined` when the answer is incomplete. */
  readonly end: () => Frame | undefined;
  readonly facts: () => StreamFacts;
};
