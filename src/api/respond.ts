import { type Problem, problemDocument } from "./problem";
import type { ApiResponse } from "./response";

const commonHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

export function respond(
  { status, contentType, body, stream, filename, location, cookie, replayed }: ApiResponse,
  method: string,
) {
  const common = { ...commonHeaders, ...(cookie !== undefined && { "set-cookie": cookie }) };
  if (status === 204) return new Response(null, { status, headers: common });
  const headers = {
    ...common,
    "content-type": contentType,
    ...(filename !== undefined && { "content-disposition": `attachment; filename="${filename}"` }),
    ...(location !== undefined && { location }),
    ...(replayed !== undefined && { "idempotency-replayed": "true" }),
  };
  if (method !== "HEAD") return new Response(stream ?? body, { status, headers });
  void stream?.cancel();
  return new Response(null, { status, headers });
}

export function respondProblem(problem: Problem): Response {
  const headers = { ...commonHeaders, "content-type": "application/problem+json" };
  if (problem.status === 401) Object.assign(headers, { "www-authenticate": "Bearer" });
  if (problem.retryAfterS !== undefined) Object.assign(headers, { "retry-after": String(problem.retryAfterS) });
  return new Response(JSON.stringify(problemDocument(problem)), { status: problem.status, headers });
}

export function methodNotAllowed(allowed: readonly string[]): Response {
  const methods = allowed.join(", ");
  const response = respondProblem({
    status: 405,
    detail: `Cannot use this method here: ${methods} can be used`,
    fields: [],
  });
  response.headers.set("allow", methods);
  return response;
}
