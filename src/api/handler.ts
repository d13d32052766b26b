import type { Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import type { Log } from "#telemetry/log";
import { authenticate, type Credentials, presentedHash } from "./authenticate";
import { type IdempotentPosts, readIdempotency } from "./idempotency";
import { type Arrival, type Peer, readArrival } from "./peer";
import { problemOf } from "./problem";
import { parseBody, readQuery, readText } from "./read-request";
import type { RefusalNotes } from "./refusal-notes";
import { methodNotAllowed, respond, respondProblem } from "./respond";
import { type ApiResponse, responseFault } from "./response";
import type { ApiRoute } from "./route";
import { createRouter } from "./router";
import type { SignIns } from "./sign-ins";
import { assertOwnHost, readVisit, type VisitRules } from "./visit";

export type ApiHandlerParts = Credentials & {
  readonly routes: readonly ApiRoute[];
  readonly visitRules: () => VisitRules;
  readonly posts: IdempotentPosts;
  readonly signIns: SignIns;
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
  const find = createRouter(parts.routes);
  return async (request: Request, peer: Peer, arrival: Arrival): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const rules = parts.visitRules();
    const visit = readVisit(request, peer, rules);
    if (!peer.trusted && isOwnHostOnly(pathname)) assertOwnHost(visit, rules.publicUrl);
    const found = find(request.method, pathname);
    const secretHash = presentedHash(request.headers);
    if (found.route === undefined) {
      if (found.methods.length > 0) return methodNotAllowed(found.methods);
      // Without a token, an unknown path must look like a known one.
      if (pathname.startsWith("/api")) authenticate("admin", secretHash, peer, parts);
      throw new ControlError("not_found", "Cannot find this path: see /api/docs");
    }
    const { route, params } = found;
    const actor = authenticate(route.access, secretHash, peer, parts);
    if (actor === "admin_token" && secretHash !== undefined)
      await parts.signIns.seen({ ...arrival, actor }, secretHash);
    const query = readQuery(searchParams);
    const text = await readText(request);
    const origin = originOf(request, text, route, { ...arrival, actor });
    const answer = await parts.posts.answer(origin, async () => {
      const body = takesBody(route) ? parseBody(text) : undefined;
      return route.handle({ params, query, body, origin, ...(secretHash !== undefined && { secretHash }) });
    });
    if (parts.checkResponses) checkResponse(route, answer);
    return respond(answer, request.method);
  };
}

/** Metrics and health are asked for by whatever name monitoring has for us, and show nothing to a page. */
function isOwnHostOnly(pathname: string): boolean {
  return /^\/(?:api|auth|scim)(?:\/|$)/.test(pathname);
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
  if (status !== 401 && status !== 403) return;
  const { pathname: path } = new URL(request.url);
  await refusals
    .refused({ ...arrival, actor: "anonymous" }, { method: request.method, path, status })
    .catch((err: unknown) => log.error({ err }, "Cannot note a refused admin request"));
}

function refuse(error: unknown, { log, checkResponses }: ApiHandlerParts): Response {
  const problem = problemOf(error);
  if (problem !== undefined) return respondProblem(problem);
  log.error({ err: error }, "An admin request failed");
  const detail = checkResponses ? String(error) : "Cannot answer: something went wrong inside, see the log";
  return respondProblem({ status: 500, detail, fields: [] });
}
