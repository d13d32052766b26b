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
  request: HeadOptions,
  { host, path }: Asked,
  bodyBytes: number,
  known: KnownHeads,
  proxyAuthorization?: string,
): string {
  const lines =
    request.headersAreFixed === true && proxyAuthorization === undefined
      ? known.of(request, path, host)
      : linesBeforeLength(request, path, host, proxyAuthorization);
  return `${lines}${bodyBytes}\r\n\r\n`;
}

type HeadOptions = Pick<UpstreamRequest, "headers" | "headersAreFixed" | "method">;
type Asked = { readonly path: string; readonly host: string };

function linesBeforeLength(
  { headers, method }: HeadOptions,
  path: string,
  host: string,
  proxyAuthorization: string | undefined,
): string {
  let lines = `${method} ${path} HTTP/1.1\r\n`;
  if (headers.host === undefined) lines += `host: ${host}\r\n`;
  if (proxyAuthorization !== undefined) lines += `proxy-authorization: ${proxyAuthorization}\r\n`;
  return `${lines}${linesOf(headers)}connection: keep-alive\r\ncontent-length: `;
}

type KnownHead = Asked & Pick<UpstreamRequest, "method"> & { readonly lines: string };

/** Heads that are sent again and again, up to the length of the body: checked and written once. */
export class KnownHeads {
  private readonly known = new WeakMap<UpstreamRequest["headers"], KnownHead>();

  of(request: HeadOptions, path: string, host: string): string {
    const { headers, method } = request;
    const found = this.known.get(headers);
    if (found?.path === path && found.host === host && found.method === method) return found.lines;
    const lines = linesBeforeLength(request, path, host, undefined);
    this.known.set(headers, { path, host, method, lines });
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
