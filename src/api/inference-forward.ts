import { type IncomingMessage, type OutgoingHttpHeaders, request as requestPlainly } from "node:http";
import { request as requestByTls } from "node:https";
import { ControlError } from "#core/control-error";
import { withoutHopByHop } from "#lib/hop-by-hop";
import type { LentTokens } from "#snapshot/lent-tokens";
import type { Log } from "#telemetry/log";
import { presentedHash } from "./authenticate";
import type { ListenAddress } from "./base-url";
import type { Peer } from "./peer";

/**
 * Takes what the pages of the dashboard ask of models on to the gateway's own port, where the dashboard is served on
 * another: a page may ask only where it came from, and the gateway's port may be out of the browser's reach.
 */
export type InferenceForward = {
  /** Whether it is inference with a token that a virtual key has lent. All else is none of this port's business. */
  readonly takes: (request: Request) => boolean;
  /** The gateway's answer, bytes both ways as they come. Throws `unavailable`. */
  readonly send: (request: Request, peer: Peer) => Promise<Response>;
};

export type InferenceForwardParts = {
  readonly listens: ListenAddress;
  readonly lentTokens: Pick<LentTokens, "has">;
  readonly log: Log;
};

export function createInferenceForward({ listens, lentTokens, log }: InferenceForwardParts): InferenceForward {
  return {
    takes: ({ method, headers }) => {
      const hash = method === "POST" ? presentedHash(headers) : undefined;
      return hash !== undefined && lentTokens.has(hash);
    },
    send: async (request, peer) => {
      try {
        return await ask(listens, request, peer);
      } catch (err) {
        if (!request.signal.aborted) log.error({ err }, "Cannot pass the dashboard's request on to the gateway");
        throw new ControlError("unavailable", "Cannot ask the model: the gateway's own port does not answer");
      }
    },
  };
}

/**
 * Not by `fetch`, which goes through the proxy of `HTTP_PROXY` even to this machine. Our own port answers, whatever name its
 * certificate is for.
 */
async function ask({ host, port, tls }: ListenAddress, request: Request, peer: Peer): Promise<Response> {
  const { method, signal } = request;
  const { pathname, search } = new URL(request.url);
  const headers = headersFor(request.headers, peer);
  const answered = Promise.withResolvers<IncomingMessage>();
  const send = tls ? requestByTls : requestPlainly;
  const hostname = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const outgoing = send(
    { hostname, port, path: pathname + search, method, headers, signal, rejectUnauthorized: false },
    answered.resolve,
  );
  outgoing.on("error", answered.reject);
  outgoing.end(Buffer.from(await request.arrayBuffer()));
  const answer = await answered.promise;
  return new Response(answer, { status: answer.statusCode ?? 502, headers: headersOf(answer) });
}

/** As any proxy in front of the gateway sends them: without what is meant for us, and with where it came from. */
function headersFor(sent: Headers, { address }: Peer): OutgoingHttpHeaders {
  const headers = withoutHopByHop(sent);
  for (const name of ["content-length", "cookie", "host", "origin"]) headers.delete(name);
  if (address !== undefined) headers.append("x-forwarded-for", address);
  return Object.fromEntries(headers);
}

function headersOf({ headers }: IncomingMessage): Headers {
  const pairs = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  const kept = withoutHopByHop(new Headers(Object.fromEntries(pairs)));
  kept.delete("content-length");
  return kept;
}
