import { sameHash } from "#core/virtual-key";
import { HttpError } from "./problem";
import type { Visit } from "./visit";

export const csrfHeader = "x-csrf-token";

/**
 * Refuses with 403 `csrf` what a page of another site had a browser send. Browsers say where a request comes from in
 * `Sec-Fetch-Site` and, with changes, in `Origin`; programs that send neither have no cookies that they did not mean to send.
 */
export function assertFromOwnPage({ headers }: Request, visit: Visit, publicUrl: string | undefined): void {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") throw refused(`it comes from a ${site} page`);
  const origin = headers.get("origin");
  if (origin === null || origin === visit.origin || origin === publicUrl) return;
  const found = `it comes from ${origin.slice(0, 200)} and was sent to ${visit.origin}`;
  throw refused(`${found}; behind a proxy settings.public_url or settings.trusted_proxies is needed`);
}

/** Refuses a change with 403 `csrf` that does not show the token of its session. */
export function assertCsrfToken({ headers, method }: Request, token: string): void {
  if (method === "GET" || method === "HEAD") return;
  const shown = headers.get(csrfHeader);
  if (shown === null) throw refused(`a change made with a session needs the header ${csrfHeader}`);
  if (!sameHash(shown, token)) throw refused(`its ${csrfHeader} is not that of this session, ask for it anew`);
}

function refused(why: string): HttpError {
  return new HttpError(403, `Cannot take the request: ${why}`, { code: "csrf" });
}
