import type { Scenario, Upstream } from "./scenario.ts";
import { answered, failed, fallenBackBilled, hello } from "./wanted.ts";

const well: Upstream = {};
const impatient = { headers_ms: 400, first_token_ms: 400 };

/** What goes wrong before an answer begins. */
export const connectionScenarios: readonly Scenario[] = [
  {
    id: "reset-for-ever",
    fault: "reset before the headers, for ever",
    expected: "two retries, then the fallback answers",
    upstreams: () => [{ script: [{ answer: { kind: "reset" }, times: 0 }] }, well],
    want: () => answered("b", { a: 3, b: 1 }, ["a reset, retry", "a reset, retry", "a reset, fallback", "b"]),
  },
  {
    id: "reset-once",
    fault: "reset before the headers, once",
    expected: "the same target answers",
    upstreams: () => [{ script: [{ answer: { kind: "reset" } }] }, well],
    want: () => answered("a", { a: 2 }, ["a reset, retry", "a"]),
  },
  {
    id: "close-once",
    fault: "closed without an answer, once",
    expected: "the same target answers",
    upstreams: () => [{ script: [{ answer: { kind: "close" } }] }, well],
    want: () => answered("a", { a: 2 }, ["a reset, retry", "a"]),
  },
  {
    id: "reset-no-fallback",
    fault: "reset before the headers, for ever, and no fallback",
    expected: "502 after two retries; nothing is charged",
    upstreams: () => [{ script: [{ answer: { kind: "reset" }, times: 0 }] }],
    want: () =>
      failed(502, "upstream_error", { a: 3 }, ["a reset, retry", "a reset, retry", "a reset"], {
        headers: { "x-should-retry": "false" },
      }),
  },
  {
    id: "attempt-cap",
    fault: "reset before the headers, for ever, at three targets",
    expected: "six attempts and no more, and one at least for each target",
    upstreams: () => Array.from({ length: 3 }, () => ({ script: [{ answer: { kind: "reset" }, times: 0 }] })),
    want: () => ({
      status: 502,
      error: "upstream_error",
      headers: { "x-headgate-attempts": "6", "x-should-retry": "false" },
      seen: { a: 3, b: 2, c: 1 },
      record: { outcome: "error", usage: { kind: "none" } },
    }),
  },
  {
    id: "port-refused",
    fault: "nobody listens there",
    expected: "the fallback answers after two retries",
    upstreams: () => [{ at: "refused" }, well],
    want: () => answered("b", { b: 1 }, ["a refused, retry", "a refused, retry", "a refused, fallback", "b"]),
  },
  {
    id: "unknown-host",
    fault: "a host name that does not exist",
    expected: "the fallback answers, after one attempt",
    upstreams: () => [{ at: "unknown-host" }, well],
    want: () => answered("b", { b: 1 }, ["a unreachable, fallback", "b"], { withinMs: 6000 }),
  },
  {
    id: "tls-to-plain",
    fault: "TLS to a port that does not speak it",
    expected: "the fallback answers",
    upstreams: () => [{ at: "plain-port" }, well],
    want: () => answered("b", { b: 1 }, ["a unreachable, fallback", "b"], { withinMs: 6000 }),
  },
  {
    id: "no-answer",
    fault: "takes the request and never answers",
    expected: "the fallback answers within the timer, after one attempt; the input may be billed",
    upstreams: () => [{ script: [{ answer: { kind: "never" }, times: 0 }], timeouts: impatient }, well],
    want: () => fallenBackBilled("timeout", { afterMs: 350, withinMs: 5000 }),
  },
  {
    id: "no-answer-no-fallback",
    fault: "takes the request and never answers, and no fallback",
    expected: "504 that names the timer",
    upstreams: () => [{ script: [{ answer: { kind: "never" }, times: 0 }], timeouts: impatient }],
    want: () => ({
      status: 504,
      error: "upstream_timeout",
      message: /headers|first token/,
      seen: { a: 1 },
      afterMs: 350,
      withinMs: 5000,
      record: { outcome: "error", trail: ["a timeout"], usage: { kind: "estimated", leastOutput: 0 } },
    }),
  },
  {
    id: "late-headers",
    fault: "headers after 5 s, past the timer",
    expected: "the fallback answers within the timer",
    upstreams: () => [
      { script: [{ answer: { kind: "default", headersDelayMs: 5000 }, times: 0 }], timeouts: impatient },
      well,
    ],
    want: () => fallenBackBilled("timeout", { withinMs: 5000 }),
  },
  {
    id: "late-but-in-time",
    fault: "headers after 300 ms, within the timer",
    expected: "answered; nothing is tried twice",
    upstreams: () => [{ script: [{ answer: { kind: "default", headersDelayMs: 300 } }] }, well],
    want: () => answered("a", { a: 1 }, ["a"], { afterMs: 250 }),
  },
  {
    id: "no-http",
    fault: "answers with something that is not HTTP",
    expected: "the fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "raw", text: "220 mail.example ESMTP\r\n", ending: "close" }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: [1, 3], b: 1 }, []), record: anyUsage }),
  },
  {
    id: "redirect",
    fault: "307 to another address",
    expected: "not followed; the fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "redirect", location: "http://169.254.169.254/latest/meta-data" }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "body-cut",
    fault: "closes in the middle of a whole answer",
    forms: ["whole"],
    expected: "the fallback answers; the client never saw a byte of the first",
    upstreams: () => [
      {
        script: [
          {
            answer: {
              kind: "raw",
              text: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":',
              ending: "close",
            },
            times: 0,
          },
        ],
      },
      well,
    ],
    want: () => ({ ...answered("b", { a: [1, 3], b: 1 }, []), record: anyUsage }),
  },
  {
    id: "trickle",
    fault: "a whole answer in pieces of 60 bytes, 20 ms apart",
    forms: ["whole"],
    expected: "answered",
    upstreams: () => [{ script: [{ answer: { kind: "trickle", bytesPerWrite: 60, delayMs: 20 } }] }, well],
    want: () => answered("a", { a: 1 }, ["a"]),
  },
  {
    id: "flaky-then-down",
    fault: "500, then reset, for ever",
    expected: "retries as each class has them, then the fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "error", status: 500 } }, { answer: { kind: "reset" }, times: 0 }] },
      well,
    ],
    want: () => answered("b", { a: [2, 3], b: 1 }, []),
  },
  {
    id: "fallbacks-in-order",
    fault: "503 at the target and at the first fallback",
    expected: "the second fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "error", status: 503 }, times: 0 }] },
      { script: [{ answer: { kind: "error", status: 503 }, times: 0 }] },
      well,
    ],
    want: () => answered("c", { a: 1, b: 1, c: 1 }, ["a unavailable, fallback", "b unavailable, fallback", "c"]),
  },
  {
    id: "well",
    fault: "none",
    expected: "answered by the target, once",
    upstreams: () => [well, well],
    want: () => answered("a", { a: 1 }, ["a"], { headers: { "x-headgate-attempts": "1" }, text: hello }),
  },
];

/** Whether the provider may bill such an answer is its secret: reported or estimated, the rest must be charged. */
const anyUsage = { outcome: "ok", usage: { kind: "at-least", output: 3 } } as const;
