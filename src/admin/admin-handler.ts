import { hashSecret, sameHash } from "#core/virtual-key";
import type { Log } from "#telemetry/log";
import type { Access, AdminRoute, Answer } from "./admin-route";
import type { AdminToken } from "./admin-token";
import { problemDocument, Refusal } from "./refusal";

export type AdminHandlerParts = {
  readonly routes: readonly AdminRoute[];
  readonly token: AdminToken;
  /** SHA-256 of the token that opens `/metrics` alone. */
  readonly metricsTokenHash: () => string | undefined;
  readonly log: Log;
};

/**
 * Serves the table. `trusted` is true for a request that reached the control socket itself: the socket's file mode is
 * its authority. One that a worker passed on, or that came over a port, must show a token.
 */
export type AdminHandler = (request: Request, trusted: boolean) => Promise<Response>;

export const maxBodyBytes = 1024 * 1024;

export function createAdminHandler(parts: AdminHandlerParts): AdminHandler {
  const matchers = parts.routes.map((route) => ({ route, match: pathMatcher(route.path) }));
  return async (request, trusted) => {
    try {
      const url = new URL(request.url);
      const candidates = matchers.flatMap(({ route, match }) => {
        const params = match(url.pathname);
        return params === undefined ? [] : [{ route, params }];
      });
      const secretHash = presentedHash(request.headers);
      if (candidates.length === 0) authenticateUnknown(url.pathname, secretHash, trusted, parts);
      const found = candidates.find(({ route }) => route.method === methodOf(request));
      if (found === undefined) return methodNotAllowed(candidates.map(({ route }) => route.method));
      authorize(found.route.access, secretHash, trusted, parts);
      const query = readQuery(found.route, url.searchParams);
      const body = await readBody(found.route, request);
      const answer = await found.route.handle({
        params: found.params,
        query,
        body,
        ...(secretHash === undefined ? {} : { secretHash }),
      });
      return respond(answer, request.method);
    } catch (error) {
      return refuse(error, parts.log);
    }
  };
}

/** Who is not let in learns nothing of what exists. */
function authenticateUnknown(
  path: string,
  secretHash: string | undefined,
  trusted: boolean,
  parts: AdminHandlerParts,
): never {
  if (path.startsWith("/api")) authorize("admin", secretHash, trusted, parts);
  throw new Refusal(404, "Cannot find this path: see /api/docs");
}

function authorize(access: Access, secretHash: string | undefined, trusted: boolean, parts: AdminHandlerParts): void {
  if (trusted || access === "open" || access === "virtual-key") return;
  if (secretHash === undefined) {
    throw new Refusal(401, "Cannot let you in: send the admin token as Authorization: Bearer");
  }
  const metricsHash = access === "metrics" ? parts.metricsTokenHash() : undefined;
  if (metricsHash !== undefined && sameHash(metricsHash, secretHash)) return;
  if (!parts.token.matches(secretHash)) throw new Refusal(401, "Cannot let you in: the token is not the admin token");
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

function readQuery(route: AdminRoute, search: URLSearchParams): { readonly [name: string]: string } {
  const names = [...search.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Refusal(400, `Cannot use the query: "${repeated}" stands there twice`);
  const [unknown] = route.query === undefined ? names : [];
  if (unknown !== undefined) throw new Refusal(400, `Cannot use the query: "${unknown}" is not known here`);
  return Object.fromEntries(search);
}

async function readBody(route: AdminRoute, request: Request): Promise<unknown> {
  const text = await request.text();
  if (text.length > maxBodyBytes)
    throw new Refusal(413, `Cannot read the body: at most ${maxBodyBytes} bytes are taken`);
  if (route.body === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "Cannot read the body: it is not JSON");
  }
}

const commonHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

function respond({ status, contentType, body, location }: Answer, method: string): Response {
  if (status === 204) return new Response(null, { status, headers: commonHeaders });
  const headers = {
    ...commonHeaders,
    "content-type": contentType,
    ...(location === undefined ? {} : { location }),
  };
  return new Response(method === "HEAD" ? null : body, { status, headers });
}

function methodNotAllowed(allowed: readonly string[]): Response {
  const answer = problem(new Refusal(405, `Cannot use this method here: ${allowed.join(", ")} can be used`));
  answer.headers.set("allow", allowed.join(", "));
  return answer;
}

function refuse(error: unknown, log: Log): Response {
  if (error instanceof Refusal) return problem(error);
  log.error({ err: error }, "An admin request failed");
  return problem(new Refusal(500, "Cannot answer: something went wrong inside, see the log"));
}

function problem(refusal: Refusal): Response {
  const headers = { ...commonHeaders, "content-type": "application/problem+json" };
  if (refusal.status === 401) Object.assign(headers, { "www-authenticate": "Bearer" });
  return new Response(JSON.stringify(problemDocument(refusal)), { status: refusal.status, headers });
}
