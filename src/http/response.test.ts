import { expect, test } from "bun:test";
import { responseHeaders } from "./response";

const ids = { id: "0".repeat(32), requestId: "r" };
const resetAtMs = Date.parse("2026-03-10T12:00:11.5Z");
const rateLimits = {
  requests: { limit: 60, remaining: 59, resetInMs: 11_500, resetAtMs },
  tokens: { limit: 1000, remaining: 0, resetInMs: 400, resetAtMs },
};

test("responseHeaders() tells rate limits in OpenAI's names", () => {
  expect(responseHeaders("application/json", { ...ids, rateLimits, dialect: "openai-chat" })).toMatchObject({
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "12s",
    "x-ratelimit-limit-tokens": "1000",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "1s",
  });
});

test("responseHeaders() tells them in Anthropic's names on its dialect, and nothing where there is no limit", () => {
  const { requests } = rateLimits;
  const headers = responseHeaders("application/json", {
    ...ids,
    rateLimits: { requests },
    dialect: "anthropic-messages",
  });
  expect(headers).toMatchObject({
    "anthropic-ratelimit-requests-limit": "60",
    "anthropic-ratelimit-requests-remaining": "59",
    "anthropic-ratelimit-requests-reset": "2026-03-10T12:00:12Z",
  });
  const names = Object.keys(headers).filter((name) => name.includes("ratelimit"));
  expect(names).toHaveLength(3);
  expect(Object.keys(responseHeaders("application/json", ids)).some((name) => name.includes("ratelimit"))).toBe(false);
});
