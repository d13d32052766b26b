import type { Scenario, Upstream } from "./scenario.ts";
import { errorBody, failingWith, filtered, htmlPage, limited, providerError, tooLong } from "./upstream-answers.ts";
import { answered, failed, fallenBack, inputEstimated } from "./wanted.ts";

const well: Upstream = {};

/** Error statuses of providers. */
export const statusScenarios: readonly Scenario[] = [
  ...[502, 503, 504, 520, 529].map(
    (status): Scenario => ({
      id: `status-${status}`,
      fault: `${status}, for ever`,
      expected: "the fallback answers, after one attempt",
      upstreams: () => [failingWith(status), well],
      want: () => fallenBack("unavailable", { withinMs: 6000 }),
    }),
  ),
  {
    id: "503-no-fallback",
    fault: "503, for ever, and no fallback",
    expected: "two retries, then 502 that says so and asks for no retry",
    upstreams: () => [failingWith(503)],
    want: () =>
      failed(502, "upstream_error", { a: 3 }, ["a unavailable, retry", "a unavailable, retry", "a unavailable"], {
        headers: { "x-should-retry": "false", "x-headgate-attempts": "3" },
        message: /503/,
      }),
  },
  {
    id: "503-twice-no-fallback",
    fault: "503 twice, and no fallback",
    expected: "answered after two retries with back-off",
    upstreams: () => [{ script: [{ answer: { kind: "error", status: 503 }, times: 2 }] }],
    want: () => answered("a", { a: 3 }, ["a unavailable, retry", "a unavailable, retry", "a"]),
  },
  {
    id: "500-once",
    fault: "500, once",
    expected: "the same target answers",
    upstreams: () => [{ script: [{ answer: { kind: "error", status: 500 } }] }, well],
    want: () => answered("a", { a: 2 }, ["a server-error, retry", "a"]),
  },
  {
    id: "500-for-ever",
    fault: "500, for ever",
    expected: "one retry, then the fallback answers",
    upstreams: () => [failingWith(500), well],
    want: () => answered("b", { a: 2, b: 1 }, ["a server-error, retry", "a server-error, fallback", "b"]),
  },
  {
    id: "429-for-ever",
    fault: "429, for ever, one provider key",
    expected: "the fallback answers, after one attempt",
    upstreams: () => [failingWith(429), well],
    want: () => fallenBack("rate-limited"),
  },
  {
    id: "429-other-key",
    fault: "429, once, two provider keys",
    expected: "the other key is taken after a back-off",
    upstreams: () => [{ script: [{ answer: { kind: "error", status: 429 } }], keys: 2 }, well],
    want: () => answered("a", { a: 2 }, ["a rate-limited, other key", "a"], { keysSeen: 2 }),
  },
  {
    id: "429-all-keys",
    fault: "429, for ever, two provider keys",
    expected: "both keys, then the fallback answers",
    upstreams: () => [{ ...failingWith(429), keys: 2 }, well],
    want: () =>
      answered("b", { a: 2, b: 1 }, ["a rate-limited, other key", "a rate-limited, fallback", "b"], { keysSeen: 2 }),
  },
  {
    id: "429-retry-after-fallback",
    fault: "429 with `retry-after: 8`",
    expected: "the fallback answers without waiting",
    upstreams: () => [{ script: [{ answer: limited("8") }] }, well],
    want: () => fallenBack("rate-limited", { withinMs: 5000 }),
  },
  {
    id: "429-retry-after-waited",
    fault: "429 with `retry-after: 2`, once, and no fallback",
    expected: "waited for, then answered",
    upstreams: () => [{ script: [{ answer: limited("2") }], retries: { backoff_max_ms: 4000 } }],
    want: () => answered("a", { a: 2 }, ["a rate-limited, retry", "a"], { afterMs: 1900, withinMs: 9000 }),
  },
  {
    id: "429-retry-after-too-long",
    fault: "429 with `retry-after: 60`, and no fallback",
    expected: "the provider's 429 at once, with its `retry-after`",
    upstreams: () => [{ script: [{ answer: limited("60"), times: 0 }] }],
    want: () =>
      failed(429, "upstream_error", { a: 1 }, ["a rate-limited"], {
        headers: { "retry-after": "60" },
        withinMs: 5000,
      }),
  },
  {
    id: "429-quota",
    fault: "429 because the account has no money left, two provider keys",
    expected: "the other key at once",
    targets: ["openai-chat"],
    upstreams: ({ target }) => [
      {
        script: [{ answer: providerError(target, 429, "You exceeded your current quota", "insufficient_quota") }],
        keys: 2,
      },
    ],
    want: () => answered("a", { a: 2 }, ["a key-refused, other key", "a"], { keysSeen: 2 }),
  },
  ...[401, 402, 403].map(
    (status): Scenario => ({
      id: `${status}-other-key`,
      fault: `${status} for the first of two provider keys`,
      expected: "the other key at once",
      upstreams: () => [{ script: [{ answer: { kind: "error", status } }], keys: 2 }, well],
      want: () => answered("a", { a: 2 }, ["a key-refused, other key", "a"], { keysSeen: 2 }),
    }),
  ),
  {
    id: "401-all-keys",
    fault: "401 for both provider keys, and a fallback",
    expected: "the fallback answers",
    upstreams: () => [{ ...failingWith(401), keys: 2 }, well],
    want: () =>
      answered("b", { a: 2, b: 1 }, ["a key-refused, other key", "a key-refused, fallback", "b"], { keysSeen: 2 }),
  },
  {
    id: "401-no-fallback",
    fault: "401 for both provider keys, and no fallback",
    expected: "502 in our words, without the provider's",
    upstreams: () => [{ ...failingWith(401), keys: 2 }],
    want: () =>
      failed(502, "provider_keys_exhausted", { a: 2 }, ["a key-refused, other key", "a key-refused"], {
        keysSeen: 2,
        headers: { "x-should-retry": "false" },
      }),
  },
  {
    id: "404-model",
    fault: "404: no such model there",
    expected: "the fallback answers",
    upstreams: () => [failingWith(404), well],
    want: () => fallenBack("unknown-model"),
  },
  {
    id: "404-no-fallback",
    fault: "404: no such model there, and no fallback",
    expected: "the provider's 404, after one attempt",
    upstreams: () => [failingWith(404)],
    want: () => failed(404, "upstream_error", { a: 1 }, ["a unknown-model"]),
  },
  ...[400, 409, 413, 422].map(
    (status): Scenario => ({
      id: `${status}-request`,
      fault: `${status}: the request is at fault`,
      expected: "the provider's answer, after one attempt",
      upstreams: () => [failingWith(status), well],
      want: () => failed(status, "upstream_error", { a: 1 }, ["a bad-request"], { message: /The script asked for/ }),
    }),
  ),
  {
    id: "408-timeout",
    fault: "408: the provider says that it took too long",
    expected: "the fallback answers; the provider may bill what it was sent",
    upstreams: () => [failingWith(408), well],
    want: () => ({ ...fallenBack("timeout"), record: billedInput(["a timeout, fallback", "b"]) }),
  },
  {
    id: "context-length",
    fault: "400: longer than the model's context, fallback no larger",
    expected: "the provider's 400, after one attempt",
    upstreams: ({ target }) => [{ script: [{ answer: tooLong(target), times: 0 }], context: 1000 }, { context: 1000 }],
    want: () => failed(400, "upstream_error", { a: 1 }, ["a context-length"]),
  },
  {
    id: "context-length-larger",
    fault: "400: longer than the model's context, fallback larger",
    expected: "the fallback answers",
    upstreams: ({ target }) => [
      { script: [{ answer: tooLong(target), times: 0 }], context: 1000 },
      { context: 200_000 },
    ],
    want: () => fallenBack("context-length"),
  },
  {
    id: "content-filter",
    fault: "400: the provider's content filter",
    expected: "the provider's 400, after one attempt",
    upstreams: ({ target }) => [{ script: [{ answer: filtered(target), times: 0 }] }, well],
    want: () => failed(400, "upstream_error", { a: 1 }, ["a content-filter"]),
  },
  {
    id: "html-503",
    fault: "503 with a proxy's HTML page",
    expected: "the fallback answers",
    upstreams: () => [{ script: [{ answer: htmlPage(503), times: 0 }] }, well],
    want: () => fallenBack("unavailable"),
  },
  {
    id: "html-503-no-fallback",
    fault: "503 with a proxy's HTML page, and no fallback",
    expected: "502 in the client's dialect, JSON",
    upstreams: () => [{ script: [{ answer: htmlPage(503), times: 0 }] }],
    want: () =>
      failed(502, "upstream_error", { a: 3 }, ["a unavailable, retry", "a unavailable, retry", "a unavailable"], {
        headers: { "content-type": /^application\/json/ },
      }),
  },
  {
    id: "gzip-400",
    fault: "400, packed with gzip",
    expected: "the provider's 400, readable",
    upstreams: ({ target }) => [
      { script: [{ answer: { kind: "gzip", status: 400, body: errorBody(target, "Packed words") } }] },
    ],
    want: () => failed(400, "upstream_error", { a: 1 }, ["a bad-request"], { message: /Packed words/ }),
  },
  {
    id: "gzip-broken",
    fault: "503 that says gzip and is not",
    expected: "the fallback answers",
    upstreams: () => [
      {
        script: [
          {
            answer: { kind: "text", status: 503, body: "not packed", headers: { "content-encoding": "gzip" } },
            times: 0,
          },
        ],
      },
      well,
    ],
    want: () => fallenBack("unavailable"),
  },
  {
    id: "all-down",
    fault: "503 everywhere",
    expected: "502 that asks for no retry, within the attempt cap",
    upstreams: () => [failingWith(503), failingWith(503)],
    want: () => ({
      status: 502,
      error: "upstream_error",
      headers: { "x-should-retry": "false" },
      seen: { a: 1, b: [1, 5] },
      withinMs: 5000,
      record: { outcome: "error", usage: { kind: "none" } },
    }),
  },
];

function billedInput(trail: readonly string[]) {
  return { outcome: "ok", trail, usage: { ...inputEstimated, leastOutput: 3 } } as const;
}
