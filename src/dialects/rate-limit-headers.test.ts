import { expect, test } from "bun:test";
import { anthropicMessages } from "./anthropic-messages/dialect";
import { openaiChat } from "./openai-chat/dialect";

const resetAtMs = Date.parse("2026-03-10T12:00:11.5Z");
const requests = { limit: 60, remaining: 59, resetInMs: 11_500, resetAtMs };
const tokens = { limit: 1000, remaining: 0, resetInMs: 400, resetAtMs };

test("rateLimitHeaders() tells rate limits in OpenAI's names", () => {
  expect(openaiChat.rateLimitHeaders({ requests, tokens })).toEqual({
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "12s",
    "x-ratelimit-limit-tokens": "1000",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "1s",
  });
});

test("rateLimitHeaders() tells them in Anthropic's names on its dialect, and nothing where there is no limit", () => {
  expect(anthropicMessages.rateLimitHeaders({ requests })).toEqual({
    "anthropic-ratelimit-requests-limit": "60",
    "anthropic-ratelimit-requests-remaining": "59",
    "anthropic-ratelimit-requests-reset": "2026-03-10T12:00:12Z",
  });
  expect(anthropicMessages.rateLimitHeaders({})).toEqual({});
  expect(openaiChat.rateLimitHeaders({})).toEqual({});
});
