import type { InferenceResponse, ResponseHeaders } from "#core/inference";
import type { HttpAnswer } from "#server/http-answer";

/** nginx would gather a stream: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering */
const streamLines = "cache-control: no-cache\r\nx-accel-buffering: no\r\n";

/** Puts an answer's headers into words. A body in pieces is pushed as fast as the client reads. */
export function toAnswer(answer: InferenceResponse): HttpAnswer {
  const { body, contentType, headers: known, status } = answer;
  const lines = headerLines(contentType, known);
  const isWhole = typeof body === "string" || body instanceof Uint8Array;
  const headers = isWhole ? lines : lines + streamLines;
  const { errorCode } = known;
  return { status, headers, body, closes: errorCode === "client_timeout", rests: errorCode === "overloaded" };
}

/** Every header of an answer, refusals included. Names and values are safe to send whatever a client put into them. */
export function headerLines(contentType: string, known: ResponseHeaders): string {
  const { id, requestId } = known;
  let lines = `content-type: ${contentType}\r\nx-headgate-id: ${id}\r\nx-request-id: ${requestId}\r\nrequest-id: ${requestId}\r\n`;
  if (known.provider !== undefined) lines += `x-headgate-provider: ${safe(known.provider)}\r\n`;
  if (known.model !== undefined) lines += `x-headgate-model: ${safe(known.model)}\r\n`;
  if (known.attempts !== undefined) lines += `x-headgate-attempts: ${known.attempts}\r\n`;
  if (known.cost !== undefined) lines += `x-headgate-cost: ${known.cost}\r\n`;
  if (known.capped !== undefined) lines += `x-headgate-capped: ${known.capped}\r\n`;
  if (known.dropped !== undefined) lines += `x-headgate-dropped: ${safe(known.dropped.join(", "))}\r\n`;
  if (known.estimated !== undefined) lines += `x-headgate-estimated: ${safe(known.estimated.join(", "))}\r\n`;
  if (known.errorCode !== undefined) lines += `x-headgate-error: ${known.errorCode}\r\n`;
  if (known.retryAfterS !== undefined) lines += `retry-after: ${Math.ceil(known.retryAfterS)}\r\n`;
  if (known.shouldRetry !== undefined) lines += `x-should-retry: ${known.shouldRetry}\r\n`;
  for (const name in known.own) lines += `${name}: ${safe(known.own[name] ?? "")}\r\n`;
  for (const name in known.rateLimits) lines += `${name}: ${known.rateLimits[name]}\r\n`;
  return lines;
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
