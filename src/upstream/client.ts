import { GatewayError } from "#core/errors";
import type { Ticker } from "#lib/ticker";
import { createAddressGuard, type ResolveHost, refuseForbidden } from "./address-guard";
import { readChunks, readWhole } from "./answer-body";
import { UpstreamCall } from "./call";
import { withoutQuery } from "./call-failure";
import { pushChunks } from "./push-chunks";
import { createReachability } from "./reachability";
import type { UpstreamClient, UpstreamRequest, UpstreamResponse } from "./upstream";

export type UpstreamClientOptions = {
  /** The clock, and the timers of running calls. */
  readonly ticker: Ticker;
  readonly resolveHost?: ResolveHost;
  /** Aborted when this process ends: every running call fails with `draining`. */
  readonly closing?: AbortSignal;
  /** False behind an HTTP proxy, where a direct connection says nothing: the connect timer is then off. */
  readonly probeConnections?: boolean;
};

/** Calls providers through Bun's `fetch`, one pool of kept-alive connections for all of them. */
export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { closing, probeConnections = true, ticker } = options;
  const isClosing = () => closing?.aborted ?? false;
  const guard = createAddressGuard(ticker.nowMs, options.resolveHost);
  const reachability = createReachability(ticker.nowMs);

  return async (request) => {
    // Without the body, which need not live as long as the answer.
    const { method, url, signal, streams = false, timeouts } = request;
    let destination = guard.known(url);
    const isReachable = (sinceMs: number) =>
      destination === undefined ? false : !probeConnections || reachability.since(destination, sinceMs);
    const facts = { method, url, signal, timeouts };
    const call = new UpstreamCall({ ticker, request: facts, streams, isClosing, isReachable });
    try {
      signal.throwIfAborted();
      destination ??= await unlessAborted(guard.examine(url), call.signal);
      refuseForbidden(destination, request.allowPrivateNetwork);
      const response = await fetch(url, fetchOptions(request, call.signal));
      reachability.note(destination);
      call.sawHeaders();
      refuseRedirect(response, request);
      return toUpstreamResponse(response, call);
    } catch (cause) {
      throw call.fail(cause, "before-headers");
    }
  };
}

function fetchOptions(request: UpstreamRequest, signal: AbortSignal): BunFetchRequestInit {
  const { method, headers, body } = request;
  return {
    method,
    headers: "accept-encoding" in headers ? headers : { ...headers, "accept-encoding": "identity" },
    redirect: "manual",
    signal,
    // Bun would give up after five minutes of silence; the timers here decide.
    timeout: false,
    ...(body === undefined ? {} : { body }),
  };
}

function refuseRedirect({ status }: Response, { method, url }: UpstreamRequest): void {
  if (status < 300 || status > 399) return;
  throw new GatewayError("upstream_error", `The provider answered with a redirect (${status}), which is not followed`, {
    detail: `${method} ${withoutQuery(url)}`,
    fault: "invalid",
  });
}

function toUpstreamResponse(response: Response, call: UpstreamCall): UpstreamResponse {
  const sawToken = () => call.sawToken();
  return {
    status: response.status,
    headers: response.headers,
    whole: (maxBytes) => {
      sawToken();
      return readWhole(response, maxBytes, call);
    },
    start: (sink) => pushChunks(readChunks(response, call), sink),
    chunks: { [Symbol.asyncIterator]: () => readChunks(response, call) },
    sawToken,
  };
}

/** Rejects as soon as the signal aborts, for work that cannot be aborted itself. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
