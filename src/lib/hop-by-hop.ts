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

/** The headers that are passed on to another connection. */
export function withoutHopByHop(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of headers.get("connection")?.split(",") ?? []) {
    if (/^[\w-]+$/.test(name.trim())) kept.delete(name.trim());
  }
  for (const name of hopByHop) kept.delete(name);
  return kept;
}
