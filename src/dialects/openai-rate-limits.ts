import type { RateLimitFacts } from "#core/inference";

/** OpenAI's names, with the time left in seconds (`12s`), rounded up. */
export function rateLimitHeaders(limits: RateLimitFacts): { readonly [name: string]: string } {
  const headers: Record<string, string> = {};
  for (const unit of ["requests", "tokens"] as const) {
    const state = limits[unit];
    if (state === undefined) continue;
    headers[`x-ratelimit-limit-${unit}`] = String(state.limit);
    headers[`x-ratelimit-remaining-${unit}`] = String(state.remaining);
    headers[`x-ratelimit-reset-${unit}`] = `${Math.ceil(state.resetInMs / 1000)}s`;
  }
  return headers;
}
