import type { CorsPolicy } from "#core/snapshot";
import { compileGlob } from "#lib/glob";
import { type HttpAnswer, linesOf } from "#server/http-answer";
import type { HttpRequest } from "#server/http-request";

type Asked = Pick<HttpRequest, "headers" | "method">;

/**
 * What browsers need to let a page of another origin ask us (https://fetch.spec.whatwg.org/#http-cors-protocol). Keys
 * travel in headers that the page sets, never in cookies, so answers are never opened to credentials.
 */
export type Cors = {
  /** Answers a preflight; undefined where the request is none. */
  readonly preflight: (request: Asked) => HttpAnswer | undefined;
  /** Adds what lets the page read an answer. */
  readonly open: (answer: HttpAnswer) => HttpAnswer;
};

/** For a request whose origin the operator lets in; undefined for any other. */
export function corsFor(policy: CorsPolicy, { headers }: Asked): Cors | undefined {
  const origin = headers.get("origin");
  if (origin === null || !policy.origins.some((allowed) => allows(allowed, origin))) return undefined;
  const shownOrigin = policy.origins.includes("*") ? "*" : origin;
  const opening = linesOf({
    "access-control-allow-origin": shownOrigin,
    "access-control-expose-headers": readable,
    vary: "Origin",
  });
  return {
    preflight: (request) => preflight(policy, shownOrigin, request),
    open: (answer) => ({ ...answer, headers: answer.headers + opening }),
  };
}

function allows(allowed: string, origin: string): boolean {
  return allowed === origin || (allowed.includes("*") && compileGlob(allowed)(origin));
}

function preflight(policy: CorsPolicy, origin: string, { headers, method }: Asked): HttpAnswer | undefined {
  if (method !== "OPTIONS" || !headers.has("access-control-request-method")) return undefined;
  const asked = policy.headers?.join(", ") ?? headers.get("access-control-request-headers");
  const lines = linesOf({
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, HEAD, POST, DELETE",
    "access-control-max-age": "7200",
    vary: "Origin, Access-Control-Request-Headers",
    ...(asked !== null && { "access-control-allow-headers": asked }),
    // A page of a public host that asks a gateway in a private network: https://wicg.github.io/private-network-access/
    ...(headers.has("access-control-request-private-network") && { "access-control-allow-private-network": "true" }),
  });
  return { status: 204, headers: lines, body: "" };
}

/** Answer headers that a page may read. */
const readable = [
  "x-headgate-id",
  "x-headgate-provider",
  "x-headgate-model",
  "x-headgate-attempts",
  "x-headgate-cost",
  "x-headgate-cache",
  "x-headgate-capped",
  "x-headgate-dropped",
  "x-headgate-estimated",
  "x-headgate-error",
  "x-request-id",
  "request-id",
  "retry-after",
  "x-should-retry",
  "x-ratelimit-limit-requests",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-reset-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-tokens",
].join(", ");
