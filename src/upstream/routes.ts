import { SocketWriter } from "#lib/socket-writer";
import type { StartTimer } from "#lib/timer";
import { type Destination, examine, parseHttpUrl, type ResolveHost } from "./address-guard";
import { IdleConnections } from "./idle-connections";
import { Origin } from "./origin";
import type { ChooseProxy } from "./proxies";

/** Where a URL leads, and how it is asked for there. */
export type Route = {
  readonly destination: Destination;
  readonly origin: Origin;
  /** Where connections are made to: the destination's addresses, or its proxy. */
  readonly addresses: readonly string[];
  /** Path and query; the whole URL for a proxy that is to ask itself. */
  readonly path: string;
  /** For the header `host`. */
  readonly host: string;
  readonly checkedAtMs: number;
};

export type Routes = {
  /** A route whose addresses were looked up a moment ago. */
  readonly known: (url: string) => Route | undefined;
  /** Looks its addresses up. Rejects with GatewayError `upstream_error` for what is no http URL. */
  readonly find: (url: string) => Promise<Route>;
};

const freshMs = 30_000;
const maxKnown = 1000;

export type RouteOptions = {
  readonly nowMs: () => number;
  /** The same as of the last tick or call that began: asked for a call that runs, it is at most a tick old. */
  readonly recentMs: () => number;
  readonly resolveHost: ResolveHost;
  readonly startTimer: StartTimer;
  readonly chooseProxy: ChooseProxy;
};

export function createRoutes({ chooseProxy, nowMs, recentMs, resolveHost, startTimer }: RouteOptions): Routes {
  const routes = new Map<string, Route>();
  const origins = new Map<string, Origin>();
  const idle = new IdleConnections(nowMs, recentMs, startTimer);
  const writer = new SocketWriter();

  const originOf = (url: URL, { host, port }: Destination): Origin => {
    let origin = origins.get(url.origin);
    if (origin === undefined) {
      origin = new Origin(url.protocol === "https:", host, port, chooseProxy(url), writer, idle);
      if (origins.size >= maxKnown) origins.clear();
      origins.set(url.origin, origin);
    }
    return origin;
  };

  return {
    known: (url) => {
      const route = routes.get(url);
      return route !== undefined && recentMs() - route.checkedAtMs < freshMs ? route : undefined;
    },
    find: async (url) => {
      const parsed = parseHttpUrl(url);
      const destination = await examine(parsed, resolveHost);
      const { host, pathname, search } = parsed;
      const origin = originOf(parsed, destination);
      const { isSecure, proxy } = origin;
      const addresses = proxy === undefined ? destination.addresses : [proxy.host];
      const path = (proxy === undefined || isSecure ? "" : `http://${host}`) + pathname + search;
      const route = { destination, origin, addresses, path, host, checkedAtMs: nowMs() };
      if (addresses.length === 0) return route;
      if (routes.size >= maxKnown) routes.clear();
      routes.set(url, route);
      return route;
    },
  };
}
