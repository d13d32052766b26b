import type { InferenceResponse, ResponseHeaders, StreamedBody } from "#core/inference";

export type ResponseHooks = {
  /** Everything is handed over: from now on only the client's reading can take time. */
  readonly onSent: () => void;
  /** The body's source failed after the first byte. The client sees its connection cut. */
  readonly onCut: (cause: unknown) => void;
};

/** Makes a Response. A body in pieces is pushed as fast as the client reads. */
export function toResponse(answer: InferenceResponse, hooks: ResponseHooks): Response {
  const { status, contentType, body } = answer;
  const headers = responseHeaders(contentType, answer.headers);
  if (typeof body === "string" || body instanceof Uint8Array) {
    hooks.onSent();
    return new Response(body, { status, headers });
  }
  headers["cache-control"] = "no-cache";
  // nginx would gather a stream: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
  headers["x-accel-buffering"] = "no";
  return new Response(directStream(body, hooks), { status, headers });
}

/** Every header of an answer, refusals included. Names and values are safe to send whatever a client put into them. */
export function responseHeaders(contentType: string, known: ResponseHeaders): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": contentType,
    "x-headgate-id": known.id,
    "x-request-id": known.requestId,
    "request-id": known.requestId,
  };
  if (known.provider !== undefined) headers["x-headgate-provider"] = safe(known.provider);
  if (known.model !== undefined) headers["x-headgate-model"] = safe(known.model);
  if (known.attempts !== undefined) headers["x-headgate-attempts"] = String(known.attempts);
  if (known.cost !== undefined) headers["x-headgate-cost"] = known.cost;
  if (known.dropped !== undefined) headers["x-headgate-dropped"] = safe(known.dropped.join(", "));
  if (known.estimated !== undefined) headers["x-headgate-estimated"] = safe(known.estimated.join(", "));
  if (known.errorCode !== undefined) headers["x-headgate-error"] = known.errorCode;
  if (known.retryAfterS !== undefined) headers["retry-after"] = String(Math.ceil(known.retryAfterS));
  if (known.shouldRetry !== undefined) headers["x-should-retry"] = String(known.shouldRetry);
  if (known.rateLimits !== undefined) Object.assign(headers, known.rateLimits);
  return headers;
}

/** Percent-encodes what cannot stand in a header; long lists are cut. */
function safe(value: string): string {
  if (value.length <= longestValue && !odd.test(value)) return value;
  const short = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
  return short.replace(allOdd, (found) => encodeURIComponent(found.toWellFormed()));
}

const longestValue = 2048;
const odd = /[^\x20-\x7e]/;
const allOdd = /[^\x20-\x7e]+/g;

/**
 * A direct stream takes what is pushed without a promise a piece. The headers go out with the first piece; the stream ends
 * when the promise of `pull` resolves, and Bun cuts the connection when it rejects, printing every reason but `undefined`.
 * `cancel` is called for a client that goes away at any time, also before `pull`.
 */
function directStream(body: StreamedBody, hooks: ResponseHooks): ReadableStream {
  const cut = (cause: unknown): Promise<never> => {
    hooks.onCut(cause);
    return Promise.reject();
  };
  return new ReadableStream({
    type: "direct",
    pull: (controller) => body.sendTo(controller).then(() => hooks.onSent(), cut),
    cancel: body.leave,
  });
}
