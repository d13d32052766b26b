import { GatewayError } from "#core/errors";
import { controlNames, type WrittenPath } from "./written-paths";

/** The path and query of a request, as far as they can be trusted to mean one thing. */
export type RequestTarget = { readonly path: string; readonly query: string };

/**
 * Refuses what Bun's parser lets through but two readers may understand differently: several `Host` headers (Bun joins
 * them with a comma) or none that names a host, a fragment, dot segments, a target that is no path. An absolute-form target
 * reaches us as its path, with the `Host` header deciding, and is served as such. Throws GatewayError `invalid_request`.
 */
export function requestTarget(request: Request, written: WrittenPath): RequestTarget {
  const { url } = request;
  const host = request.headers.get("host");
  if (host !== null && !isHost(host)) throw refused("its Host header must name one host");
  // Without a usable host (HTTP/1.0 health checks send none) Bun gives the target as it came.
  const start = url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("://") + 3);
  if (start < 0 || (start > 0 && !url.startsWith("http"))) throw refused("its target must be a path");
  if (url.includes("#", start)) throw refused("its target has a fragment");
  const query = url.indexOf("?", start);
  const path = query < 0 ? url.slice(start) : url.slice(start, query);
  if (written === "dot-segments" || (written === "control") !== isControlPath(path) || (start === 0 && dots.test(path)))
    throw refused("its path has dot segments");
  return { path, query: query < 0 ? "" : url.slice(query) };
}

const controlPath = new RegExp(`^/(?:${controlNames.join("|")})(?:/|$)`);

/** Dashboard, admin API, sign-in and metrics are the control plane's. */
export function isControlPath(path: string): boolean {
  return controlPath.test(path);
}

/** In a path that Bun left as it came. */
const dots = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

const hostForm = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

function isHost(host: string): boolean {
  return hostForm.test(host);
}

function refused(why: string): GatewayError {
  return new GatewayError("invalid_request", `Cannot read the request: ${why}`);
}
