/** What a provider says about asking again. */
export type RetryAdvice = {
  readonly retryAfterS?: number;
  /** OpenAI's and Anthropic's `x-should-retry`, which their SDKs obey. */
  readonly shouldRetry?: boolean;
};

/** A client that is told to wait longer than this had better ask elsewhere. */
const longestS = 86_400;

/** Reads `retry-after` (seconds or a date, RFC 9110 § 10.2.3), OpenAI's `retry-after-ms`, and `x-should-retry`. */
export function readRetryAdvice(headers: Headers, nowMs: number): RetryAdvice {
  const retryAfterS = readMs(headers.get("retry-after-ms")) ?? readRetryAfter(headers.get("retry-after"), nowMs);
  const shouldRetry = headers.get("x-should-retry");
  return {
    ...(retryAfterS === undefined ? {} : { retryAfterS: Math.min(Math.ceil(retryAfterS), longestS) }),
    ...(shouldRetry === "true" || shouldRetry === "false" ? { shouldRetry: shouldRetry === "true" } : {}),
  };
}

function readMs(text: string | null): number | undefined {
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) / 1000 : undefined;
}

function readRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, (atMs - nowMs) / 1000);
}
