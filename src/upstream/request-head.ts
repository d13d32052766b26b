import { ConnectionError } from "./connection-error";
import type { UpstreamRequest } from "./upstream";

/** What the framing and the connection itself decide. */
const ours: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "expect",
  "upgrade",
  "te",
  "trailer",
]);

/** In lower case, as `ours` is. */
const nameForm = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const notOfValue = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The head of a request (RFC 9112 § 3), latin1. Throws ConnectionError for a header whose name is not in lower case or whose
 * value would end its line.
 */
export function requestHead(
  { headers, headersAreFixed = false, method }: Pick<UpstreamRequest, "headers" | "headersAreFixed" | "method">,
  path: string,
  host: string,
  bodyBytes: number,
  known: HeaderLines,
  proxyAuthorization?: string,
): string {
  let lines = `${method} ${path} HTTP/1.1\r\n`;
  if (headers.host === undefined) lines += `host: ${host}\r\n`;
  if (proxyAuthorization !== undefined) lines += `proxy-authorization: ${proxyAuthorization}\r\n`;
  lines += headersAreFixed ? known.of(headers) : linesOf(headers);
  return `${lines}connection: keep-alive\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
}

/** The lines of headers that are sent again and again, checked and written once. */
export class HeaderLines {
  private readonly known = new WeakMap<UpstreamRequest["headers"], string>();

  of(headers: UpstreamRequest["headers"]): string {
    let lines = this.known.get(headers);
    if (lines === undefined) {
      lines = linesOf(headers);
      this.known.set(headers, lines);
    }
    return lines;
  }
}

function linesOf(headers: UpstreamRequest["headers"]): string {
  let lines = "";
  for (const name in headers) {
    const value = headers[name] ?? "";
    if (!nameForm.test(name) || notOfValue.test(value)) {
      throw new ConnectionError("INVALID_HEADER", "a request header has a character that HTTP forbids");
    }
    if (!ours.has(name)) lines += `${name}: ${value}\r\n`;
  }
  return headers["accept-encoding"] === undefined ? `${lines}accept-encoding: identity\r\n` : lines;
}
