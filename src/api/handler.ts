import type { Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { isDamage } from "#lib/damaged-database";
import { endedBy } from "#lib/ended-by";
import type { Sessions } from "#sessions/sessions";
import type { Log } from "#telemetry/log";
import { type Caller, type Credentials, createAuthenticate } from "./authenticate";
import { type IdempotentPosts, readIdempotency } from "./idempotency";
import { assertFromOwnPage } from "./own-pages";
import { type Arrival, type Peer, readArrival } from "./peer";
import { HttpError, problemOf } from "./problem";
import { parseBody, readQuery, readText } from "./read-request";
import type { RefusalNotes } from "./refusal-notes";
import { methodNotAllowed, respond, respondProblem } from "./respond";
import { type ApiResponse, responseFault } from "./response";
import type { ApiRoute, LiveSession } from "./route";
import { createRouter, type Router } from "./router";
import type { SignIns } from "./sign-ins";
import { assertOwnHost, readVisit, type Visit, type VisitRules } from "./visit";

export type ApiHandlerParts = Credentials & {
  /** The table, asked for with the first request. */
  readonly routes: () => Promise<readonly ApiRoute[]>;
  readonly visitRules: () => VisitRules;
  readonly posts: IdempotentPosts;
  readonly signIns: SignIns;
  readonly sessions: Pick<Sessions, "find" | "endOf">;
  readonly refusals: RefusalNotes;
  readonly newId: () => string;
  readonly log: Log;
  /** Answers 500 where an answer is not what its route declares. For tests: it parses every answer again. */
  readonly checkResponses: boolean;
};

/**
 * Serves the table. A request that reached the control socket itself is trusted: the socket's file mode is its authority.
 * One that a worker passed on, or that came over a port, must show a token.
 */
export type ApiHandler = (request: Request, peer: Peer) => Promise<Response>;

export function createApiHandler(parts: ApiHandlerParts): ApiHandler {
  const serve = createServe(parts);
  return async (request, peer) => {
    const arrival = readArrival(request, peer, parts.newId(), parts.visitRules().trustedProxies);
    const response = await serve(request, peer, arrival).catch(async (error: unknown) => {
      await noteRefusal(error, request, arrival, parts);
      return refuse(error, parts);
    });
    response.headers.set("x-request-id", arrival.requestId);
    return response;
  };
}

function createServe(parts: ApiHandlerParts) {
  let router: Promise<Router> | undefined;
  const authenticate = createAuthenticate(parts);
  return async (request: Request, peer: Peer, arrival: Arrival): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const rules = parts.visitRules();
    const visit = readVisit(request, peer, rules);
    if (!peer.trusted && isOwnHostOnly(pathname)) assertOwnHost(visit, rules.publicUrl);
    router ??= parts.routes().then(createRouter);
    const found = (await router)(request.method, pathname);
    const { client } = arrival;
    const reached = { peer, visit, rules, ...(client !== undefined && { client }) };
    if (found.route === undefined) {
      if (found.methods.length > 0) return methodNotAllowed(found.methods);
      // Without a token, an unknown path must look like a known one.
      if (pathname.startsWith("/api")) await authenticate("admin", request, reached);
      throw new ControlError("not_found", "Cannot find this path: see /api/docs");
    }
    const { route, params } = found;
    const caller = await authenticate(route.access, request, reached);
    assertSafeForm(route, request, visit, rules.publicUrl);
    const { actor, secretHash, session } = caller;
    if (actor === "admin_token" && secretHash !== undefined)
      await parts.signIns.seen({ ...arrival, actor }, secretHash);
    const query = readQuery(searchParams);
    const text = await readText(request);
    const origin = originOf(request, text, route, { ...arrival, actor });
    const answer = await parts.posts.answer(origin, async () => {
      const body = takesBody(route) ? parseBody(text) : undefined;
      return route.handle({ params, query, body, origin, visit, ...wishes(request), ...identity(caller) });
    });
    if (parts.checkResponses) checkResponse(route, answer);
    return respond(endingWith(answer, session, parts.sessions), request.method);
  };
}

/** Metrics and health are asked for by whatever name monitoring has for us, and show nothing to a page. */
function isOwnHostOnly(pathname: string): boolean {
  return /^\/(?:api|auth|scim)(?:\/|$)/.test(pathname);
}

/** What a form or a script of another site could send: refused where anybody may ask, for a sign-in asks with a secret. */
function assertSafeForm(
  { access, input }: ApiRoute,
  request: Request,
  visit: Visit,
  publicUrl: string | undefined,
): void {
  if (access === "open" && request.method !== "GET" && request.method !== "HEAD")
    assertFromOwnPage(request, visit, publicUrl);
  const type = (request.headers.get("content-type") ?? "").replace(/;.*/s, "").trim().toLowerCase();
  if (input.onlyJson === true && type !== "application/json")
    throw new HttpError(415, `Cannot read the body: the content type is "${type}", application/json is needed`);
}

function wishes({ headers }: Request) {
  const [ifMatch, prefer] = [headers.get("if-match"), headers.get("prefer")];
  return { ...(ifMatch !== null && { ifMatch }), ...(prefer !== null && { prefer }) };
}

function identity({ secretHash, session }: Caller) {
  return { ...(secretHash !== undefined && { secretHash }), ...(session !== undefined && { session }) };
}

/** An answer that goes on ends with the session that asked for it. */
function endingWith(
  answer: ApiResponse,
  session: LiveSession | undefined,
  sessions: ApiHandlerParts["sessions"],
): ApiResponse {
  if (answer.stream === undefined || session === undefined) return answer;
  return { ...answer, stream: endedBy(sessions.endOf(session.id), answer.stream) };
}

function takesBody({ input }: ApiRoute): boolean {
  return input.body !== undefined || input.patch !== undefined;
}

function originOf(request: Request, body: string, route: ApiRoute, origin: Origin): Origin {
  const idempotency = route.access === "admin" ? readIdempotency(request, body) : undefined;
  return idempotency === undefined ? origin : { ...origin, idempotency };
}

function checkResponse({ method, path, response }: ApiRoute, answer: ApiResponse): void {
  const fault = responseFault(response, answer);
  if (fault !== undefined) throw new Error(`${method} ${path} does not answer as it declares: ${fault}`);
}

/** A request stays refused where that cannot be noted. */
async function noteRefusal(error: unknown, request: Request, arrival: Arrival, { refusals, log }: ApiHandlerParts) {
  const status = problemOf(error)?.status;
  if ((status !== 401 && status !== 403 && status !== 429) || asksWhoIsThere(request)) return;
  const { pathname: path } = new URL(request.url);
  await refusals
    .refused({ ...arrival, actor: "anonymous" }, { method: request.method, path, status })
    .catch((err: unknown) => log.error({ err }, "Cannot note a refused admin request"));
}

/** Every page asks that before anybody has signed in, and shows nothing for it. */
function asksWhoIsThere({ method, url, headers }: Request): boolean {
  if (method !== "GET" || headers.has("authorization") || headers.has("cookie")) return false;
  return new URL(url).pathname === "/api/sessions/current";
}

function refuse(error: unknown, { log, checkResponses }: ApiHandlerParts): Response {
  const problem = problemOf(error);
  if (problem?.status === 507) log.error({ err: error }, "An admin request failed: the disk is full");
  if (isDamage(error)) log.error({ err: error }, "An admin request failed: a database is damaged");
  if (problem !== undefined) return respondProblem(problem);
  log.error({ err: error }, "An admin request failed");
  const detail = checkResponses ? String(error) : "Cannot answer: something went wrong inside, see the log";
  return respondProblem({ status: 500, detail, fields: [] });
}
