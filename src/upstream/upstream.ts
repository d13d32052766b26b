import type { Timeouts } from "#core/snapshot";

export type UpstreamRequest = {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array | string;
  /** The answer comes token by token: the first-token timer runs from the start, and not only after the headers. */
  readonly streams?: boolean;
  readonly timeouts: Timeouts;
  readonly allowPrivateNetwork: boolean;
  /** Aborted when the client goes away or the attempt is given up: the upstream connection is closed at once. */
  readonly signal: AbortSignal;
};

export type UpstreamResponse = {
  readonly status: number;
  readonly headers: Headers;
  /** Bytes as they come, with back-pressure: nothing is read before it is asked for. Throws GatewayError on a cut or a timer. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The first-token timer runs until this is called. */
  readonly sawToken: () => void;
  /** Reads everything up to a limit in bytes; throws GatewayError `upstream_invalid_response` beyond it. */
  readonly readAll: (limitBytes: number) => Promise<Uint8Array>;
};

/**
 * Sends one request to a provider. Throws GatewayError: `upstream_error` (refused, reset, TLS, redirect, forbidden
 * address) or `upstream_timeout` (the message names the timer). Never retries, never follows redirects.
 */
export type UpstreamClient = (request: UpstreamRequest) => Promise<UpstreamResponse>;
