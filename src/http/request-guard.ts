import { GatewayError } from "#core/errors";
import type { HttpRequest } from "#server/http-request";

/** The path and query of a request, as far as they can be trusted to mean one thing. */
export type RequestTarget = { readonly path: string; readonly query: string };

/**
 * The targets that came before, told at once: clients ask for the same few over and over, and looking for what two readers may
 * understand differently costs every request half a microsecond.
 */
export class KnownTargets {
  private readonly known = new Map<string, RequestTarget>();
  private host = "";

  /** Throws as `requestTarget`. */
  of(request: Pick<HttpRequest, "headers" | "target">): RequestTarget {
    const host = request.headers.get("host");
    const found = host !== null && host === this.host ? this.known.get(request.target) : undefined;
    return found ?? this.examine(request, host);
  }

  private examine(request: Pick<HttpRequest, "headers" | "target">, host: string | null): RequestTarget {
    const examined = requestTarget(request);
    if (request.target.length > longestKnown) return examined;
    this.host = host ?? "";
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(request.target, examined);
    return examined;
  }
}

const mostKnown = 256;
const longestKnown = 200;

/**
 * Refuses what two readers may understand differently: a `Host` header that does not name one host, a fragment, dot segments
 * (`/v1/%2e%2e/api` would pass a proxy that lets nothing but `/v1/` through), a target that is no path. Of an absolute URL the
 * path counts, and the `Host` header decides. Throws GatewayError `invalid_request`.
 */
function requestTarget({ headers, target }: Pick<HttpRequest, "headers" | "target">): RequestTarget {
  const host = headers.get("host");
  if (host !== null && !hostForm.test(host)) throw refused("its Host header must name one host");
  const start = target.startsWith("/") ? 0 : pathOfUrl(target);
  if (target.includes("#", start)) throw refused("its target has a fragment");
  const query = target.indexOf("?", start);
  const path = query < 0 ? target.slice(start) : target.slice(start, query);
  if (dots.test(path)) throw refused("its path has dot segments");
  return { path, query: query < 0 ? "" : target.slice(query) };
}

/** Where the path of an absolute URL begins. */
function pathOfUrl(target: string): number {
  const start = /^https?:\/\//i.test(target) ? target.indexOf("/", "https://".length) : -1;
  if (start < 0) throw refused("its target must be a path");
  return start;
}

const controlPath = /^\/(?:ui|api|auth|scim|metrics)(?:\/|$)/;

/** Dashboard, admin API, sign-in and metrics are the control plane's. */
export function isControlPath(path: string): boolean {
  return controlPath.test(path);
}

/**
 * In whatever spelling some reader takes for them: browsers take backslashes for slashes, servlets cut what follows a
 * semicolon off, and who decodes first sees slashes that were encoded.
 */
const dots = /(?:[\\/]|%2f|%5c)(?:\.|%2e){1,2}(?:[\\/;]|%2f|%5c|$)/i;
const hostForm = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

function refused(why: string): GatewayError {
  return new GatewayError("invalid_request", `Cannot read the request: ${why}`);
}
