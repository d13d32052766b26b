import { type Clock, systemClock } from "#core/clock";
import { GatewayError } from "#core/errors";
import { createAddressGuard, type ResolveHost, refuseForbidden } from "./address-guard";
import { type BodyHooks, readChunks, readWhole } from "./answer-body";
import { callFailure, type Stage, withoutQuery } from "./call-failure";
import { createDeadlines, type Deadlines, type Watch } from "./deadlines";
import { createReachability } from "./reachability";
import type { UpstreamClient, UpstreamRequest, UpstreamResponse } from "./upstream";

export type UpstreamClientOptions = {
  readonly resolveHost?: ResolveHost;
  readonly clock?: Clock;
  /** How often the timers are looked at. */
  readonly tickMs?: number;
  /** Aborted when this process ends: every running call fails with `draining`. */
  readonly closing?: AbortSignal;
  /** False behind an HTTP proxy, where a direct connection says nothing: the connect timer is then off. */
  readonly probeConnections?: boolean;
};

/** Calls providers through Bun's `fetch`, one pool of kept-alive connections for all of them. */
export function createUpstreamClient(options: UpstreamClientOptions = {}): UpstreamClient {
  const { clock = systemClock, tickMs = 25, probeConnections = true } = options;
  const isClosing = () => options.closing?.aborted ?? false;
  const deadlines = createDeadlines(clock, tickMs);
  const guard = createAddressGuard(clock, options.resolveHost);
  const reachability = createReachability(clock);

  return async (request) => {
    let destination = guard.known(request.url);
    const call = openCall(request, deadlines, isClosing, (sinceMs) =>
      destination === undefined ? false : !probeConnections || reachability.since(destination, sinceMs),
    );
    try {
      request.signal.throwIfAborted();
      destination ??= await unlessAborted(guard.examine(request.url), call.signal);
      refuseForbidden(destination, request.allowPrivateNetwork);
      const response = await fetch(request.url, fetchOptions(request, call.signal));
      reachability.note(destination);
      call.watch.headersCame();
      refuseRedirect(response, request);
      return toUpstreamResponse(response, call);
    } catch (cause) {
      throw call.fail(cause, "before-headers");
    }
  };
}

/** A running call: its timers, and the one way to end it early. */
type Call = {
  /** Aborted by `abandon`; an abort of the request's own signal gets here at once, in a call's first two ticks within a tick. */
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly watch: Watch;
  /** Stops the timers and closes the connection. */
  readonly abandon: () => void;
  /** Abandons the call and names why it failed. */
  readonly fail: (cause: unknown, stage: Stage) => GatewayError;
};

function openCall(
  request: UpstreamRequest,
  deadlines: Deadlines,
  isClosing: () => boolean,
  isReachable: (sinceMs: number) => boolean,
): Call {
  const controller = new AbortController();
  let over = false;
  const abort = () => {
    over = true;
    controller.abort();
  };
  // Without the body, which need not live as long as the answer.
  const { method, url, signal, streams = false, timeouts } = request;
  const told = { method, url, signal, timeouts };
  const watch = deadlines.watch({
    timeouts,
    streams,
    signal,
    isClosing,
    onExpired: abort,
    onAborted: abort,
    isReachable,
  });
  const abandon = () => {
    watch.stop();
    abort();
  };
  return {
    signal: controller.signal,
    isOver: () => over,
    watch,
    abandon,
    fail: (cause, stage) => {
      abandon();
      return cause instanceof GatewayError
        ? cause
        : callFailure(cause, { request: told, stage, timer: watch.expired(), isClosing: isClosing() });
    },
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

function toUpstreamResponse(response: Response, call: Call): UpstreamResponse {
  const { watch } = call;
  const failure = (cause: unknown) => call.fail(cause, "in-body");
  const hooks: BodyHooks = {
    onWaiting: () => {
      if (call.isOver()) return failure(call.signal.reason);
      watch.waiting();
      return undefined;
    },
    onArrived: watch.arrived,
    onEnded: watch.stop,
    onAbandoned: call.abandon,
    failure,
  };
  return {
    status: response.status,
    headers: response.headers,
    chunks: { [Symbol.asyncIterator]: () => readChunks(response, hooks) },
    sawToken: watch.sawToken,
    readAll: (limitBytes) => {
      watch.sawToken();
      return readWhole(response, limitBytes, hooks);
    },
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
