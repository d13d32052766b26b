import type { JsonObject } from "#lib/json";

/** What a stream had said when it broke off, where the events of its dialect are numbered. */
export type StreamSaid = {
  /** The number of its next event. */
  readonly sequence: number;
  /** The answer as its events had it so far. */
  readonly response?: JsonObject;
};
