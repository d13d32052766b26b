import type { DialectId } from "./completion";

/** One request for an inference, as the HTTP server hands it to the pipeline. */
export type InferenceRequest = {
  /** The client's. */
  readonly dialect: DialectId;
  /** The name of one of the dialect's operations, e.g. `completion`. */
  readonly operation: string;
  /** Endpoint name as policies and records know it, e.g. `chat.completions`. */
  readonly endpoint: string;
  /** The client's `x-request-id`, if it sent a usable one. */
  readonly requestId: string | undefined;
  /** Takes the virtual key out of the request; throws `invalid_key` when two different ones came. */
  readonly secret: () => string | undefined;
  /** The client's own credential at a provider, which it may send beside our key; never kept. */
  readonly providerCredential: () => ProviderCredential | undefined;
  readonly header: (name: string) => string | null;
  /** The headers whose names begin like one of these, in lower case. */
  readonly headersLike: (prefixes: readonly string[]) => readonly (readonly [name: string, value: string])[];
  /** Of the client, as far as it is known; `trusted`: addresses and CIDR ranges of proxies that say whom they speak for. */
  readonly clientAddress: (trusted: readonly string[]) => string | undefined;
  /** A model named by the path (Azure deployments), which wins over the body's. */
  readonly pathModel: string | undefined;
  /** Whether the path asks for a stream; undefined where the body says that. */
  readonly pathStream: boolean | undefined;
  /** Absent: `POST`. */
  readonly method?: "GET" | "DELETE" | undefined;
  /** What the path names of a stored object: its id, as the client knows it, and that of something in it. */
  readonly objectPath?: ObjectPath | undefined;
  /** The endpoint whose policy holds for it; absent: its own. */
  readonly allowedAs?: string | undefined;
  /** As it stands in the address, such as `?beta=true`; "" without one. */
  readonly query: string;
  /**
   * Reads and inflates the body within its limits, at once where all of it is there already. `release` gives its bytes back
   * to the buffer budget.
   */
  readonly readBody: () => ReadBody | Promise<ReadBody>;
  /** Aborted when the client goes away. Made when it is asked for, then right even if that has happened already. */
  readonly signal: AbortSignal;
};

/** `kind`: what the ids of such objects begin with; absent where the path names none. */
export type ObjectPath = {
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
  readonly item?: string | undefined;
  /** It shows or changes what anybody made at the provider. */
  readonly isAccountWide: boolean;
};

/** `scheme`: how it came and goes on, one of `providers/auth/schemes.ts`. */
export type ProviderCredential = { readonly scheme: "bearer" | "x-api-key" | "api-key"; readonly secret: string };

export type ReadBody = { readonly bytes: Uint8Array; readonly release: () => void };

/** What goes back to the client: headers before they are text, and a body that is whole or comes in pieces. */
export type InferenceResponse = {
  readonly status: number;
  readonly contentType: string;
  readonly headers: ResponseHeaders;
  readonly body: Uint8Array | string | StreamedBody;
};

/** A body that is pushed piece by piece. */
export type StreamedBody = {
  /**
   * Begins to write, and goes on until the returned promise resolves: then the body has ended. It rejects where the source
   * failed in a way that has no words: the client's connection is to be cut. Called at most once.
   */
  readonly sendTo: (client: BodyWriter) => Promise<void>;
  /** The client went away: nothing is written any more. May come at any time, and more than once. */
  readonly leave: () => void;
};

/** A client's connection. */
export type BodyWriter = {
  /** Gives a promise where the client reads slower than is written: the next piece has to wait for it. */
  readonly write: (bytes: Uint8Array) => number | Promise<number>;
  /**
   * Sends one whole chunk at once that is in chunked coding already (RFC 9112 § 7.1). False where something waits or the
   * connection has another coding: nothing was done. Absent where bytes are changed on their way.
   */
  readonly sendChunk?: (coded: Uint8Array) => boolean;
  /** Sends on what was written. */
  readonly flush: () => number | Promise<number>;
};

/** The `x-headgate-*` headers and their kin, before they are text. */
export type ResponseHeaders = {
  /** Ours, 32 hex digits. */
  readonly id: string;
  readonly requestId: string;
  readonly provider?: string;
  readonly model?: string;
  readonly attempts?: number;
  /** US dollars as a plain decimal. */
  readonly cost?: string;
  /** The output limit that a budget set, in tokens. */
  readonly capped?: number;
  readonly dropped?: readonly string[];
  readonly estimated?: readonly string[];
  readonly errorCode?: string;
  readonly retryAfterS?: number;
  readonly shouldRetry?: boolean;
  /** The tightest rate limits that the request was held against, or the one that refused it, in the client's dialect. */
  readonly rateLimits?: { readonly [header: string]: string };
  /** Others that the client's dialect has. */
  readonly own?: { readonly [header: string]: string };
};

export type RateLimitFacts = { readonly requests?: RateLimitState; readonly tokens?: RateLimitState };

export type RateLimitState = {
  readonly limit: number;
  readonly remaining: number;
  /** Until it is full again if nothing else comes: in milliseconds from now, and as a moment since the epoch. */
  readonly resetInMs: number;
  readonly resetAtMs: number;
};
