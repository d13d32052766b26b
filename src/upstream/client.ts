import type { Ticker } from "#lib/ticker";
import { type StartTimer, startTimer } from "#lib/timer";
import { type ResolveHost, refuseForbidden, resolveAll } from "./address-guard";
import { UpstreamCall } from "./call";
import type { ChooseProxy } from "./proxies";
import { HeaderLines, requestHead } from "./request-head";
import { createRoutes, type Route } from "./routes";
import type { UpstreamClient, UpstreamRequest, UpstreamResponse } from "./upstream";

export type UpstreamClientOptions = {
  /** The clock, and the timers of running calls. */
  readonly ticker: Ticker;
  /** When idle connections are looked at. */
  readonly startTimer?: StartTimer;
  readonly resolveHost?: ResolveHost;
  /** Absent: every connection is direct. */
  readonly chooseProxy?: ChooseProxy;
  /** Aborted when this process ends: every running call fails with `draining`. */
  readonly closing?: AbortSignal;
};

/** Calls providers over HTTP/1.1, with one pool of kept-alive connections for all of them. */
export function createUpstreamClient(options: UpstreamClientOptions): UpstreamClient {
  const { chooseProxy = () => undefined, closing, resolveHost = resolveAll, ticker } = options;
  const isClosing = () => closing?.aborted ?? false;
  const routes = createRoutes({
    nowMs: ticker.nowMs,
    resolveHost,
    chooseProxy,
    startTimer: options.startTimer ?? startTimer,
  });

  const headerLines = new HeaderLines();

  return (request) => {
    // Without the body, which need not live as long as the answer.
    const { method, url, caller, streams = false, timeouts } = request;
    const response = Promise.withResolvers<UpstreamResponse>();
    const call = new UpstreamCall({ ticker, request: { method, url, caller, timeouts }, streams, isClosing }, response);
    const route = routes.known(url);
    if (route !== undefined) send(call, request, route, headerLines);
    else
      void routes.find(url).then(
        (found) => send(call, request, found, headerLines),
        (cause) => call.fail(cause),
      );
    return response.promise;
  };
}

function send(
  call: UpstreamCall,
  request: UpstreamRequest,
  { addresses, destination, host, origin, path }: Route,
  headerLines: HeaderLines,
): void {
  try {
    refuseForbidden(destination, request.allowPrivateNetwork);
    const body = bytesOf(request.body);
    const proxy = origin.isSecure ? undefined : origin.proxy;
    const head = requestHead(request, path, host, body.length, headerLines, proxy?.authorization);
    call.send({ origin, addresses, head, body });
  } catch (cause) {
    call.fail(cause);
  }
}

const nothing = new Uint8Array(0);

function bytesOf(body: UpstreamRequest["body"]): Uint8Array {
  if (body === undefined) return nothing;
  return typeof body === "string" ? Buffer.from(body) : body;
}
