import type { Actor, Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { hashSecret, sameHash } from "#core/virtual-key";
import type { Log } from "#telemetry/log";
import type { AdminToken } from "./admin-token";
import { type IdempotentPosts, readIdempotency } from "./idempotency";
import { type Arrival, type Peer, readArrival } from "./peer";
import { HttpError, type Problem, problemDocument, problemOf } from "./problem";
import type { RefusalNotes } from "./refusal-notes";
import type { Access, ApiResponse, ApiRoute } from "./route";
import type { SignIns } from "./sign-ins";

export type ApiHandlerParts = {
  readonly routes: readonly ApiRoute[];
  readonly token: AdminToken;
  /** SHA-256 of the token that opens `/metrics` alone. */
  readonly metricsTokenHash: () => string | undefined;
  /** CIDR ranges whose `x-forwarded-for` is believed. */
  readonly trustedProxies: () => readonly string[];
  readonly posts: IdempotentPosts;
  readonly signIns: SignIns;
  readonly refusals: RefusalNotes;
  readonly newId: () => string;
  readonly log: Log;
};

/**
 * Serves the table. A request that reached the control socket itself is trusted: the socket's file mode is its authority.
 * One that a worker passed on, or that came over a port, must show a token.
 */
export type ApiHandler = (request: Request, peer: Peer) => Promise<Response>;

const maxBodyBytes = 1024 * 1024;

export function createApiHandler(parts: ApiHandlerParts): ApiHandler {
  const matchers = parts.routes.map((route) => ({ route, match: pathMatcher(route.path) }));
  const serve = async (request: Request, peer: Peer, arrival: Arrival): Promise<Response> => {
    const url = new URL(request.url);
    const candidates = matchers.flatMap(({ route, match }) => {
      const params = match(url.pathname);
      return params === undefined ? [] : [{ route, params }];
    });
    const secretHash = presentedHash(request.headers);
    if (candidates.length === 0) authenticateUnknown(url.pathname, secretHash, peer, parts);
    const found = candidates.find(({ route }) => route.method === methodOf(request));
    if (found === undefined) return methodNotAllowed(candidates.map(({ route }) => route.method));
    const { route, params } = found;
    const actor = authorize(route.access, secretHash, peer, parts);
    if (actor === "admin_token" && secretHash !== undefined)
      await parts.signIns.seen({ ...arrival, actor }, secretHash);
    const query = readQuery(route, url.searchParams);
    const text = await readText(request);
    const origin = originOf(request, text, route, { ...arrival, actor });
    const secret = secretHash === undefined ? {} : { secretHash };
    const answer = await parts.posts.answer(origin, async () =>
      route.handle({ params, query, body: readBody(route, text), origin, ...secret }),
    );
    return respond(answer, request.method);
  };
  return async (request, peer) => {
    const arrival = readArrival(request, peer, parts.newId(), parts.trustedProxies());
    const response = await serve(request, peer, arrival).catch(async (error: unknown) => {
      await noteRefusal(error, request, arrival, parts);
      return refuse(error, parts.log);
    });
    response.headers.set("x-request-id", arrival.requestId);
    return response;
  };
}

/** Who is not let in learns nothing of what exists. */
function authenticateUnknown(path: string, secretHash: string | undefined, peer: Peer, parts: ApiHandlerParts): never {
  if (path.startsWith("/api")) authorize("admin", secretHash, peer, parts);
  throw new ControlError("not_found", "Cannot find this path: see /api/docs");
}

function authorize(access: Access, secretHash: string | undefined, peer: Peer, parts: ApiHandlerParts): Actor {
  if (access === "open") return "anonymous";
  if (access === "virtual-key") return "virtual_key";
  if (peer.trusted) return "control_socket";
  if (secretHash === undefined) {
    throw new ControlError("unauthenticated", "Cannot let you in: send the admin token as Authorization: Bearer");
  }
  const metricsHash = access === "metrics" ? parts.metricsTokenHash() : undefined;
  if (metricsHash !== undefined && sameHash(metricsHash, secretHash)) return "metrics_token";
  if (!parts.token.matches(secretHash))
    throw new ControlError("unauthenticated", "Cannot let you in: the token is not the admin token");
  return "admin_token";
}

function originOf(request: Request, body: string, route: ApiRoute, origin: Origin): Origin {
  const idempotency = route.access === "admin" ? readIdempotency(request, body) : undefined;
  return idempotency === undefined ? origin : { ...origin, idempotency };
}

/** A refusal that cannot be noted is one nevertheless. */
async function noteRefusal(error: unknown, request: Request, arrival: Arrival, parts: ApiHandlerParts) {
  const status = problemOf(error)?.status;
  if (status !== 401 && status !== 403) return;
  const { pathname: path } = new URL(request.url);
  await parts.refusals
    .refused({ ...arrival, actor: "anonymous" }, { method: request.method, path, status })
    .catch((err: unknown) => parts.log.error({ err }, "Cannot note a refused admin request"));
}

/** SHA-256 of the secret in `authorization: Bearer`, or in `x-api-key`, which clients of `/api/me` may already send. */
function presentedHash(headers: Headers): string | undefined {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  const secret = bearer ?? headers.get("x-api-key") ?? "";
  return secret === "" ? undefined : hashSecret(secret);
}

function methodOf(request: Request): string {
  return request.method === "HEAD" ? "GET" : request.method;
}

/** Parameters by name, percent-decoded; undefined where the path does not fit. */
function pathMatcher(pattern: string): (path: string) => { readonly [name: string]: string } | undefined {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}/?$`);
  return (path) => {
    const match = expression.exec(path);
    if (match === null) return undefined;
    try {
      return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
    } catch {
      return undefined;
    }
  };
}

function readQuery(route: ApiRoute, search: URLSearchParams): { readonly [name: string]: string } {
  const names = [...search.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new ControlError("invalid", `Cannot use the query: "${repeated}" stands there twice`);
  const [unknown] = route.query === undefined ? names : [];
  if (unknown !== undefined) throw new ControlError("invalid", `Cannot use the query: "${unknown}" is not known here`);
  return Object.fromEntries(search);
}

async function readText({ headers, body }: Request): Promise<string> {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity")
    throw new HttpError(415, `Cannot read the body: ${encoding} is not taken, plain JSON is needed`);
  if (Number(headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > maxBodyBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function tooLarge(): HttpError {
  return new HttpError(413, `Cannot read the body: at most ${maxBodyBytes} bytes are taken`);
}

function readBody(route: ApiRoute, text: string): unknown {
  if (route.body === undefined) return undefined;
  if (text === "") return {};
  let isWellFormed = true;
  const look = (key: string, value: unknown) => {
    isWellFormed &&= key.isWellFormed() && (typeof value !== "string" || value.isWellFormed());
    return value;
  };
  const body = parseJson(text, look);
  // No store keeps half a character as it is, so that the audit chain would not be whole.
  if (!isWellFormed) throw new ControlError("invalid", "Cannot read the body: it holds half of a surrogate pair");
  return body;
}

function parseJson(text: string, look: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, look);
  } catch {
    throw new ControlError("invalid", "Cannot read the body: it is not JSON");
  }
}

const commonHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

function respond({ status, contentType, body, stream, location, replayed }: ApiResponse, method: string): Response {
  if (status === 204) return new Response(null, { status, headers: commonHeaders });
  const headers = {
    ...commonHeaders,
    "content-type": contentType,
    ...(location === undefined ? {} : { location }),
    ...(replayed === undefined ? {} : { "idempotency-replayed": "true" }),
  };
  if (method !== "HEAD") return new Response(stream ?? body, { status, headers });
  void stream?.cancel();
  return new Response(null, { status, headers });
}

function methodNotAllowed(allowed: readonly string[]): Response {
  const detail = `Cannot use this method here: ${allowed.join(", ")} can be used`;
  const answer = showProblem({ status: 405, detail, fields: [] });
  answer.headers.set("allow", allowed.join(", "));
  return answer;
}

function refuse(error: unknown, log: Log): Response {
  const problem = problemOf(error);
  if (problem !== undefined) return showProblem(problem);
  log.error({ err: error }, "An admin request failed");
  return showProblem({ status: 500, detail: "Cannot answer: something went wrong inside, see the log", fields: [] });
}

function showProblem(problem: Problem): Response {
  const headers = { ...commonHeaders, "content-type": "application/problem+json" };
  if (problem.status === 401) Object.assign(headers, { "www-authenticate": "Bearer" });
  return new Response(JSON.stringify(problemDocument(problem)), { status: problem.status, headers });
}
