import type { GatewayError } from "#core/errors";
import type { Timeouts } from "#core/snapshot";
import type { PiecedBytes } from "#lib/pieced-bytes";

export type UpstreamRequest = {
  readonly url: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: { readonly [name: string]: string };
  /** `headers` is an object that never changes and comes again with other requests: worth remembering by. */
  readonly headersAreFixed?: boolean;
  readonly body?: Uint8Array | string | PiecedBytes;
  /**
   * The answer comes token by token: the first-token timer runs from the start, and silence is counted from one token to
   * the next. Without it a whole answer comes, whose bytes all count.
   */
  readonly streams?: boolean;
  readonly timeouts: Timeouts;
  readonly allowPrivateNetwork: boolean;
  /**
   * The address is no operator's: without `allowPrivateNetwork` it must not be this machine either, and a redirect is given
   * back, for its address has to be looked at as this one is.
   */
  readonly isForeign?: boolean;
  readonly caller: Caller;
};

/** Who waits for an answer. */
export type Caller = {
  /**
   * Aborted when the client goes away: the upstream connection is closed at once. Asked for only where a call lasts longer
   * than a tick, for most do not, and a signal costs a microsecond and outlives its request in the collector's eyes.
   */
  readonly signal: AbortSignal;
};

/** Header fields of an answer: names in any case, a repeated one's values joined by ", ". */
export type AnswerHeaders = Pick<Headers, "get" | "has">;

/** Where the body of an answer is pushed. No call may throw. After `end`, `fail` or `abandon` comes nothing more. */
export type BodySink = {
  /** Bytes of the body, at least one. They are the sink's to keep: nothing writes into them later. */
  readonly data: (bytes: Uint8Array) => void;
  /**
   * Offers one read as it came, which begins with a chunk of the body in chunked coding. True: it was one whole chunk, and
   * the sink has taken all of it. False: nothing was done, and the body's bytes come as `data`.
   */
  readonly takes?: (coded: Uint8Array) => boolean;
  /** All that one read of the connection brought has been given: the time to send on what came together. */
  readonly readEnded: () => void;
  /** The body is complete. A `readEnded` came after the last bytes. */
  readonly end: () => void;
  /** It broke off: a failure of the provider, a timer, or the client went away. */
  readonly fail: (error: GatewayError) => void;
};

/** Holds a pushed body back. */
export type BodyFlow = {
  /** Nothing more is read; what one read brought already is still given. Silence counts as idle only when not paused. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Closes the connection, unless the body has ended. */
  readonly abandon: () => void;
};

/** An answer's beginning. Its body is taken once, by either `whole` or `start`. */
export type UpstreamResponse = {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /**
   * The body in one piece, at once where all of it is there; rejects with GatewayError `upstream_invalid_response` beyond so
   * many bytes.
   */
  readonly whole: (maxBytes: number) => Uint8Array | Promise<Uint8Array>;
  /** Pushes the body as it comes. The sink is first called after `start` has returned. */
  readonly start: (sink: BodySink) => BodyFlow;
  /** A token came: the first-token timer is over, and silence is counted from now. `whole` calls it for its bytes. */
  readonly sawToken: () => void;
  /** The provider shows that it works, with something that is no token: it is given the patient first-token timer, once. */
  readonly sawLife: () => void;
};

/**
 * Sends one request to a provider. Throws GatewayError: `upstream_error` (refused, reset, TLS, redirect, forbidden
 * address) or `upstream_timeout` (the message names the timer). Never retries, never follows redirects.
 */
export type UpstreamClient = (request: UpstreamRequest) => Promise<UpstreamResponse>;
