import type { InferenceResponse, ResponseHeaders } from "#core/inference";

export type ResponseHooks = {
  /** Everything is handed over: from now on only the client's reading can take time. */
  readonly onSent: () => void;
  /** The body's source failed after the first byte. The client sees its connection cut. */
  readonly onCut: (cause: unknown) => void;
};

/** Makes a Response. A body in pieces is pulled as the client reads, and each piece goes out at once. */
export function toResponse(answer: InferenceResponse, hooks: ResponseHooks): Response {
  const { status, contentType, body } = answer;
  const headers = responseHeaders(contentType, answer.headers);
  if (typeof body === "string" || body instanceof Uint8Array) {
    hooks.onSent();
    return new Response(body, { status, headers });
  }
  headers["cache-control"] = "no-cache";
  return new Response(streamBody(body, hooks), { status, headers });
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
  const short = value.length > 2048 ? `${value.slice(0, 2048)}…` : value;
  return short.replace(/[^\x20-\x7e]+/g, (odd) => encodeURIComponent(odd.toWellFormed()));
}

/**
 * A plain async iterator costs Bun the least CPU per piece (5.8 µs against 6.6 for a generator or a ReadableStream, of
 * which 5 are the write), holds back-pressure and hears of the client's leaving through `return`.
 */
function streamBody(source: AsyncIterable<Uint8Array>, hooks: ResponseHooks): AsyncIterable<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const pass = (result: IteratorResult<Uint8Array>) => {
    if (result.done === true) hooks.onSent();
    return result;
  };
  // Bun cuts the connection for any rejection, and prints every reason but `undefined`.
  const cut = (cause: unknown): Promise<never> => {
    hooks.onCut(cause);
    return Promise.reject();
  };
  const body = {
    next: () => iterator.next().then(pass, cut),
    return: async (): Promise<IteratorResult<Uint8Array>> => {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => body };
}
