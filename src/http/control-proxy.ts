import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { endedBy } from "#lib/ended-by";
import { withoutHopByHop } from "#lib/hop-by-hop";
import { sleep } from "#lib/sleep";

/** Marks what came over the public port: the control plane trusts every process that may open its socket. */
export const forwardedHeader = "x-headgate-forwarded";
/** Who opened the connection to the public port. What a client says of that itself is taken out. */
export const peerHeader = "x-headgate-peer";

/** How often a read is tried, and how long it waits in between: three seconds in all. */
const replaced = { attempts: 31, pauseMs: 100 } as const;

export type ControlProxy = (request: Request, target: string, peer: string | undefined) => Promise<Response>;

/**
 * Hands requests for dashboard, admin API and metrics to the control plane, bytes both ways as they come. Event streams,
 * which never end by themselves, end when `draining` is aborted.
 */
export function createControlProxy(socketPath: string, draining?: AbortSignal): ControlProxy {
  return async (request, target, peer) => {
    const headers = withoutHopByHop(request.headers);
    headers.set(forwardedHeader, "1");
    headers.delete(peerHeader);
    if (peer !== undefined) headers.set(peerHeader, peer);
    try {
      const response = await whileReplaced(request, async () =>
        fetch(`http://control${target}`, {
          unix: await currentSocket(socketPath),
          method: request.method,
          headers,
          body: request.body,
          signal: request.signal,
          redirect: "manual",
          decompress: false,
          timeout: false,
        }),
      );
      const answerHeaders = withoutHopByHop(response.headers);
      answerHeaders.delete("content-length");
      const isEndless = answerHeaders.get("content-type")?.startsWith("text/event-stream") === true;
      const { body: bytes } = response;
      const body = isEndless && draining !== undefined && bytes !== null ? endedBy(draining, bytes) : bytes;
      return new Response(body, { status: response.status, headers: answerHeaders });
    } catch {
      return unavailable(target);
    }
  };
}

/**
 * Asks again for as long as the control plane takes to be replaced, what only reads: a page that is opened during a
 * restart, and each script of it, comes a moment later instead of broken.
 */
async function whileReplaced(request: Request, ask: () => Promise<Response>): Promise<Response> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  for (let left = isRead ? replaced.attempts : 1; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 1 || request.signal.aborted) throw error;
      await sleep(replaced.pauseMs, request.signal);
    }
  }
}

/**
 * Our generation's socket, or after a restart its successor's: a worker that drains goes on leading admins to the
 * control plane that there is.
 */
async function currentSocket(own: string): Promise<string> {
  const folder = dirname(own);
  const present = await readdir(folder);
  if (present.includes(basename(own))) return own;
  const generations = present.flatMap((name) => /^control-(\d+)\.sock$/.exec(name)?.[1] ?? []).map(Number);
  return generations.length === 0 ? own : join(folder, `control-${Math.max(...generations)}.sock`);
}

/** For a public port beside an admin port of its own: what a virtual key may see stays, the rest is not there. */
export function ownViewOnly(proxy: ControlProxy): ControlProxy {
  return async (request, target, peer) => {
    if (target === "/api/me" || target.startsWith("/api/me?")) return proxy(withoutCookies(request), target, peer);
    return problem(404, "Not Found", "There is no such path on this port");
  };
}

/** Sessions live on the admin port alone; browsers send cookies to every port of a host. */
function withoutCookies(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("cookie");
  return new Request(request, { headers });
}

/** Inference goes on without the control plane. A browser that opens the dashboard asks again by itself. */
function unavailable(target: string): Response {
  const detail = "The control plane is not running at the moment, it is being started again";
  const refresh = target.startsWith("/ui") ? { refresh: "2" } : {};
  return problem(503, "Service Unavailable", detail, { "retry-after": "1", ...refresh });
}

/** RFC 9457. */
function problem(status: number, title: string, detail: string, headers: Record<string, string> = {}): Response {
  const body = { type: "about:blank", title, status, detail };
  return Response.json(body, { status, headers: { ...headers, "content-type": "application/problem+json" } });
}
