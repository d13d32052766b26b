import type { PiecedBytes } from "#lib/pieced-bytes";
import type { Ticker } from "#lib/ticker";
import { type StartTimer, startTimer } from "#lib/timer";
import { type ResolveHost, refuseForbidden, resolveAll } from "./address-guard";
import { UpstreamCall } from "./call";
import type { ChooseProxy } from "./proxies";
import { KnownHeads, requestHead } from "./request-head";
import { createRoutes, type Route, type Routes } from "./routes";
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
    recentMs: ticker.recentMs,
    resolveHost,
    chooseProxy,
    startTimer: options.startTimer ?? startTimer,
  });

  const means = { ticker, isClosing };
  const knownHeads = new KnownHeads();

  return (request) => {
    const response = Promise.withResolvers<UpstreamResponse>();
    const call = new UpstreamCall(means, request, response);
    const route = routes.known(request.url);
    if (route !== undefined) send(call, request, route, knownHeads);
    else findAndSend(call, request, routes, knownHeads);
    return response.promise;
  };
}

/** Apart, for closures would cost every call a scope. */
function findAndSend(call: UpstreamCall, request: UpstreamRequest, routes: Routes, knownHeads: KnownHeads): void {
  void routes.find(request.url).then(
    (found) => send(call, request, found, knownHeads),
    (cause) => call.fail(cause),
  );
}

function send(call: UpstreamCall, request: UpstreamRequest, route: Route, knownHeads: KnownHeads): void {
  try {
    const { addresses, destination, origin } = route;
    refuseForbidden(destination, request);
    const body = bytesOf(request.body);
    const proxy = origin.isSecure ? undefined : origin.proxy;
    const head = requestHead(request, route, body.length, knownHeads, proxy?.authorization);
    call.send({ origin, addresses, head, body });
  } catch (cause) {
    call.fail(cause);
  }
}

const nothing = new Uint8Array(0);

function bytesOf(body: UpstreamRequest["body"]): Uint8Array | PiecedBytes {
  if (body === undefined) return nothing;
  return typeof body === "string" ? Buffer.from(body) : body;
}
