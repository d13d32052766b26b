import type { Scenario, Upstream } from "./scenario.ts";
import { answered, failed } from "./wanted.ts";

const well: Upstream = {};

/** What the client does, and what its limits allow. */
export const clientScenarios: readonly Scenario[] = [
  {
    id: "left-before-answer",
    fault: "the client leaves before the first byte",
    expected: "the provider's request is aborted at once, no other is asked; the input may be billed",
    ask: { leaveAfterMs: 300 },
    upstreams: () => [{ script: [{ answer: { kind: "never" } }] }, well],
    want: () => ({
      seen: { a: 1 },
      aborted: true,
      record: { outcome: "client-gone", trail: ["a client-gone"], usage: { kind: "estimated", leastOutput: 0 } },
    }),
  },
  {
    id: "left-in-stream",
    fault: "the client leaves after 12 events of 60 words",
    expected: "the provider's request is aborted at once; what came is charged, estimated",
    forms: ["stream"],
    ask: { content: "[[words:60]]", leaveAfterEvents: 12 },
    upstreams: () => [{ script: [{ answer: { kind: "default", eventDelayMs: 40 } }] }, well],
    want: () => ({
      status: 200,
      seen: { a: 1 },
      aborted: true,
      record: { outcome: "client-gone", usage: { kind: "estimated", leastOutput: 4 } },
    }),
  },
  {
    id: "left-in-back-off",
    fault: "the client leaves while a retry is waited for",
    expected: "nothing is asked again",
    ask: { leaveAfterMs: 400 },
    upstreams: () => [
      {
        script: [{ answer: { kind: "error", status: 429, headers: { "retry-after": "3" } }, times: 0 }],
        retries: { backoff_max_ms: 4000 },
      },
    ],
    want: () => ({ seen: { a: 1 }, record: { outcome: "client-gone", usage: { kind: "none" } } }),
  },
  {
    id: "limit-requests",
    fault: "a rate limit of one request a minute, and a second request",
    expected: "429 with an exact `retry-after`; no provider is asked",
    key: { rate_limits: [{ requests: 1, per: "1m" }] },
    ask: { callsBefore: 1 },
    upstreams: () => [well],
    want: ({ client }) => ({
      status: 429,
      error: "rate_limited",
      headers: {
        "retry-after": /^\d+$/,
        [client === "openai-chat" ? "x-ratelimit-remaining-requests" : "anthropic-ratelimit-requests-remaining"]: "0",
      },
      seen: { a: 1 },
      withinMs: 5000,
      record: "none",
    }),
  },
  {
    id: "limit-concurrent",
    fault: "a limit of one running request, and a second request",
    expected: "429; no provider is asked",
    key: { rate_limits: [{ concurrent: 1 }] },
    ask: { callsMeanwhile: 1 },
    upstreams: () => [{ script: [{ answer: { kind: "never" }, times: 0 }] }],
    want: () => ({
      status: 429,
      error: "too_many_concurrent",
      seen: { a: 1 },
      withinMs: 5000,
      record: "none",
    }),
  },
  {
    id: "budget-used",
    fault: "a budget that is too small for the request's worst case",
    expected: "402 that names it and asks for no retry; no provider is asked",
    key: { budgets: [{ limit_usd: 0.000001, period: "1d" }] },
    upstreams: () => [well],
    want: () => ({
      status: 402,
      error: "budget_exceeded",
      headers: { "x-should-retry": "false" },
      seen: {},
      withinMs: 5000,
      record: "none",
    }),
  },
  {
    id: "budget-too-small-for-fallback",
    fault: "503, and a budget that the fallback's worst case would exceed",
    expected: "the fallback is not asked: the client gets the first failure, and nothing is charged",
    key: { budgets: [{ limit_usd: 0.01, period: "1d" }] },
    upstreams: () => [
      { script: [{ answer: { kind: "error", status: 503 }, times: 0 }], retries: { max: 0 } },
      { price: { input: 1000, output: 2000 } },
    ],
    want: () => failed(502, "upstream_error", { a: 1 }, ["a unavailable"], { message: /503/ }),
  },
  {
    id: "budget-enough-for-fallback",
    fault: "503, and a budget that covers the fallback's worst case",
    expected: "the fallback answers, and its price is charged",
    key: { budgets: [{ limit_usd: 10, period: "1d" }] },
    upstreams: () => [
      { script: [{ answer: { kind: "error", status: 503 }, times: 0 }], retries: { max: 0 } },
      { price: { input: 1000, output: 2000 } },
    ],
    want: () => answered("b", { a: 1, b: 1 }, ["a unavailable, fallback", "b"]),
  },
];
