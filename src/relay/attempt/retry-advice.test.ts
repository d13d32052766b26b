import { expect, test } from "bun:test";
import { readRetryAdvice } from "./retry-advice";

const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0);
const rows: readonly (readonly [Record<string, string>, object])[] = [
  [{}, {}],
  [{ "retry-after": "7" }, { retryAfterS: 7 }],
  [{ "retry-after": "0.2" }, { retryAfterS: 1 }],
  [{ "retry-after": "0" }, { retryAfterS: 0 }],
  [{ "retry-after": "Thu, 01 Jan 2026 12:00:09 GMT" }, { retryAfterS: 9 }],
  [{ "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" }, { retryAfterS: 0 }],
  [{ "retry-after": "99999999" }, { retryAfterS: 86_400 }],
  [{ "retry-after": "-5x" }, {}],
  [{ "retry-after": "soon" }, {}],
  [{ "retry-after-ms": "1500", "retry-after": "9" }, { retryAfterS: 2 }],
  [{ "x-should-retry": "false" }, { shouldRetry: false }],
  [{ "x-should-retry": "true" }, { shouldRetry: true }],
  [{ "x-should-retry": "maybe" }, {}],
];

for (const [headers, advice] of rows) {
  test(`readRetryAdvice() reads ${JSON.stringify(headers)}`, () => {
    expect(readRetryAdvice(new Headers(headers), nowMs)).toEqual(advice);
  });
}
