import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { endedBy } from "#lib/ended-by";
import { withoutHopByHop } from "#lib/hop-by-hop";
import { sleep } from "#lib/sleep";
import type { HttpAnswer } from "#server/http-answer";
import type { HttpRequest } from "#server/http-request";
import { streamedBody, webBody } from "./web-body";

/** Marks what came over the public port: the control plane trusts every process that may open its socket. */
export const forwardedHeader = "x-headgate-forwarded";
/** Who opened the connection to the public port. What a client says of that itself is taken out. */
export const peerHeader = "x-headgate-peer";

/** How often it is tried: reads for three seconds, for the page repeats them; changes, which are not repeated, for ten. */
const attempts = { read: 31, change: 101 } as const;
const pauseMs = 100;

/** Nothing that the control plane does takes so long, unless it hangs. */
const longestAnswerMs = 120_000;

export type ControlProxy = (request: HttpRequest, target: string) => Promise<HttpAnswer>;

/** What is done with all requests. */
export type ControlProxyOptions = {
  /** Event streams, which never end by themselves, end when it is aborted. */
  readonly draining?: AbortSignal;
  /** Headers that are not handed on, in lower case. */
  readonly without?: readonly string[];
  /** How long an answer may take to begin. */
  readonly answerTimeoutMs?: number;
};

/** Hands requests for dashboard, admin API and metrics to the control plane, bytes both ways as they come. */
export function createControlProxy(
  socketPath: string,
  { draining, without = [], answerTimeoutMs = longestAnswerMs }: ControlProxyOptions = {},
): ControlProxy {
  return async (request, target) => {
    const headers = withoutHopByHop(new Headers([...request.headers.entries()].map(([name, value]) => [name, value])));
    for (const name of [peerHeader, ...without]) headers.delete(name);
    headers.set(forwardedHeader, "1");
    const peer = request.peer();
    if (peer !== undefined) headers.set(peerHeader, peer);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), answerTimeoutMs);
    try {
      const body = webBody(request.body);
      const socket = () => currentSocket(socketPath);
      const ask = async () =>
        fetch(`http://control${target}`, {
          unix: await socket(),
          method: request.method,
          headers,
          body,
          signal: AbortSignal.any([request.signal, late.signal]),
          redirect: "manual",
          decompress: false,
          timeout: false,
        });
      const response = await whileReplaced(request, ask, socket);
      const isEndless = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
      const { body: bytes } = response;
      const stream = isEndless && draining !== undefined && bytes !== null ? endedBy(draining, bytes) : bytes;
      return { status: response.status, headers: answerLines(response.headers), body: streamedBody(stream) };
    } catch {
      return late.signal.aborted ? problem(504, "Gateway Timeout", hangs(answerTimeoutMs)) : unavailable(target);
    } finally {
      clearTimeout(timer);
    }
  };
}

function hangs(answerTimeoutMs: number): string {
  return `The control plane did not answer within ${answerTimeoutMs / 1000} s; whether a change was made cannot be known`;
}

/**
 * Asks again for as long as the control plane takes to be replaced, what only reads: a page that is opened during a
 * restart, and each script of it, comes a moment later instead of broken. A change is sent once, when a process is there to
 * take it: whether it was carried out could not be known after that.
 */
async function whileReplaced(
  request: HttpRequest,
  ask: () => Promise<Response>,
  socket: () => Promise<string>,
): Promise<Response> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  for (let left: number = attempts[isRead ? "read" : "change"]; ; left -= 1) {
    try {
      if (isRead || left === 1 || (await takesConnections(await socket()))) return await ask();
    } catch (error) {
      if (!isRead || left === 1 || request.signal.aborted) throw error;
    }
    await sleep(pauseMs, request.signal);
  }
}

async function takesConnections(path: string): Promise<boolean> {
  try {
    const connection = await Bun.connect({ unix: path, socket: { data: () => undefined } });
    connection.end();
    return true;
  } catch {
    return false;
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
  return async (request, target) => {
    if (target === "/api/me" || target.startsWith("/api/me?")) return proxy(request, target);
    return problem(404, "Not Found", "There is no such path on this port");
  };
}

function answerLines(headers: Headers): string {
  const kept = withoutHopByHop(headers);
  kept.delete("content-length");
  kept.delete("date");
  let lines = "";
  for (const [name, value] of kept) lines += `${name}: ${value}\r\n`;
  return lines;
}

/** Inference goes on without the control plane. A browser that opens the dashboard asks again by itself. */
function unavailable(target: string): HttpAnswer {
  const detail = "The control plane is not running at the moment, it is being started again";
  const refresh = target.startsWith("/ui") ? "refresh: 2\r\n" : "";
  return problem(503, "Service Unavailable", detail, `retry-after: 1\r\n${refresh}`);
}

/** RFC 9457. */
function problem(status: number, title: string, detail: string, more = ""): HttpAnswer {
  const body = JSON.stringify({ type: "about:blank", title, status, detail });
  return { status, headers: `content-type: application/problem+json\r\n${more}`, body };
}
