import type { AnswerHeaders } from "#upstream/upstream";

/** What a provider says about asking again. */
export type RetryAdvice = {
  readonly retryAfterS?: number;
  /** OpenAI's and Anthropic's `x-should-retry`, which their SDKs obey. */
  readonly shouldRetry?: boolean;
};

/** Longer waits are cut to a day: no client waits that long. */
const longestMs = 86_400_000;

/** The part of it that is passed on to the client: whole seconds, and `x-should-retry`. `saidMs`: the wait that the body asks for. */
export function readRetryAdvice(headers: AnswerHeaders, nowMs: number, saidMs?: number): RetryAdvice {
  const retryAfterMs = readRetryAfterMs(headers, nowMs) ?? saidMs;
  const shouldRetry = headers.get("x-should-retry");
  return {
    ...(retryAfterMs === undefined ? {} : { retryAfterS: Math.ceil(retryAfterMs / 1000) }),
    ...(shouldRetry === "true" || shouldRetry === "false" ? { shouldRetry: shouldRetry === "true" } : {}),
  };
}

/** Reads `retry-after` (seconds or a date, RFC 9110 § 10.2.3) and OpenAI's `retry-after-ms`, which goes first. */
export function readRetryAfterMs(headers: AnswerHeaders, nowMs: number): number | undefined {
  const ms = readNumber(headers.get("retry-after-ms")) ?? readRetryAfter(headers.get("retry-after"), nowMs);
  return ms === undefined ? undefined : Math.min(ms, longestMs);
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null || text === "") return undefined;
  const seconds = readNumber(text);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
