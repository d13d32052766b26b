import type { RateLimitFacts } from "#core/inference";

/** Anthropic's names, with the moment of the reset (RFC 3339, to the second, rounded up). */
export function rateLimitHeaders(limits: RateLimitFacts): { readonly [name: string]: string } {
  const headers: Record<string, string> = {};
  for (const unit of ["requests", "tokens"] as const) {
    const state = limits[unit];
    if (state === undefined) continue;
    headers[`anthropic-ratelimit-${unit}-limit`] = String(state.limit);
    headers[`anthropic-ratelimit-${unit}-remaining`] = String(state.remaining);
    headers[`anthropic-ratelimit-${unit}-reset`] = rfc3339(state.resetAtMs);
  }
  return headers;
}

function rfc3339(atMs: number): string {
  return new Date(Math.ceil(atMs / 1000) * 1000).toISOString().replace(".000Z", "Z");
}
