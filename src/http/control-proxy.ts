/** Marks what came over the public port: over its socket alone the control plane trusts whoever may open that. */
export const forwardedHeader = "x-headgate-forwarded";

/** Headers that belong to one connection (RFC 9110 § 7.6.1), and the lengths that streaming makes anew. */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
] as const;

/** Hands requests for dashboard, admin API and metrics to the control plane, bytes both ways as they come. */
export function createControlProxy(socketPath: string): (request: Request, target: string) => Promise<Response> {
  return async (request, target) => {
    const headers = withoutHopByHop(request.headers);
    headers.set(forwardedHeader, "1");
    try {
      const response = await fetch(`http://control${target}`, {
        unix: socketPath,
        method: request.method,
        headers,
        body: request.body,
        signal: request.signal,
        redirect: "manual",
        decompress: false,
        timeout: false,
      });
      const answerHeaders = withoutHopByHop(response.headers);
      answerHeaders.delete("content-length");
      return new Response(response.body, { status: response.status, headers: answerHeaders });
    } catch {
      return unavailable();
    }
  };
}

function withoutHopByHop(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of headers.get("connection")?.split(",") ?? []) {
    if (/^[\w-]+$/.test(name.trim())) kept.delete(name.trim());
  }
  for (const name of hopByHop) kept.delete(name);
  return kept;
}

/** RFC 9457. Inference goes on without the control plane. */
function unavailable(): Response {
  const problem = {
    type: "about:blank",
    title: "Service Unavailable",
    status: 503,
    detail: "The control plane is not running at the moment, it is being started again",
  };
  return Response.json(problem, {
    status: 503,
    headers: { "content-type": "application/problem+json", "retry-after": "1" },
  });
}
