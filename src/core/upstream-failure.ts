import type { JsonObject } from "#lib/json";
import type { Usage } from "./usage";

/** What a provider says of its own error, wherever it stands: in place of an answer, beside a part of one, in a stream. */
export type UpstreamFailure = {
  readonly message: string;
  /** The provider's error type or code, e.g. `overloaded_error`. */
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /** What the provider behind this one said (OpenRouter's `metadata.raw`), for telling what it is about. */
  readonly behind?: string;
  /** The other fields of its error (Groq's `failed_generation`), for clients that know this provider. */
  readonly details?: JsonObject;
  /** The wait that it asks for in its words. */
  readonly retryAfterMs?: number;
  /** Its account of the tokens, where that came with the error: nothing is added to it any more. */
  readonly usage?: Usage;
};
