import { expect, test } from "bun:test";
import { headersOf } from "#server/fixtures/made-request";
import { toAnswer } from "./response";

test("toAnswer() writes every fact as a header, safe whatever a client called its model", () => {
  const headers = {
    id: "i",
    requestId: "r",
    provider: "openai",
    model: "a\r\nset-cookie: b é\ud800",
    attempts: 2,
    cost: "0.000125",
    dropped: ["top_k", "messages[0].x"],
    estimated: ["usage"],
    errorCode: "rate_limited",
    retryAfterS: 1.2,
    shouldRetry: false,
    rateLimits: { "x-ratelimit-limit-requests": "5" },
  };
  const answer = toAnswer({ status: 429, contentType: "application/json", body: "{}", headers });
  expect(headersOf(answer)).toEqual({
    "content-type": "application/json",
    "x-headgate-id": "i",
    "x-request-id": "r",
    "request-id": "r",
    "x-headgate-provider": "openai",
    "x-headgate-model": "a%0D%0Aset-cookie: b %C3%A9%EF%BF%BD",
    "x-headgate-attempts": "2",
    "x-headgate-cost": "0.000125",
    "x-headgate-dropped": "top_k, messages[0].x",
    "x-headgate-estimated": "usage",
    "x-headgate-error": "rate_limited",
    "retry-after": "2",
    "x-should-retry": "false",
    "x-ratelimit-limit-requests": "5",
  });
});
