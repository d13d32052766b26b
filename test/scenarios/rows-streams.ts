import type { Ending } from "../fake-provider/script.ts";
import type { Count, Dialect, Scenario, Upstream, Want } from "./scenario.ts";
import { errorEvent, errorInside, openingEvents } from "./upstream-answers.ts";
import { answered, fallenBackBilled } from "./wanted.ts";

const well: Upstream = {};
const sixtyWords = { content: "[[words:60]]" };
const impatient = { headers_ms: 400, first_token_ms: 400 };

/** Events before the first word: the role in the one dialect; start, block and ping in the other. */
const eventsBeforeWords: { readonly [D in Dialect]: number } = { "openai-chat": 1, "anthropic-messages": 3 };

/** Events up to the one before the closing mark, of an answer of three words. */
const finishedAfter: { readonly [D in Dialect]: number } = { "openai-chat": 6, "anthropic-messages": 8 };

/** What goes wrong in an answer that has begun. */
export const streamScenarios: readonly Scenario[] = [
  ...(
    [
      ["reset", "by RST"],
      ["close", "by a close without the last chunk"],
      ["complete", "by a clean end"],
      ["malformed-chunk", "by a chunk size that is no number"],
    ] as const
  ).map(
    ([ending, how]): Scenario => ({
      id: `cut-${ending}`,
      fault: `a stream cut after 40 of 60 words ${how}`,
      expected: "the 40 words, then an explicit error; nothing is asked again; the next call is answered",
      forms: ["stream"],
      ask: { ...sixtyWords, callAfter: true },
      upstreams: ({ target }) => [cutAfter(target, 40, ending), well],
      want: () => cut(40),
    }),
  ),
  {
    id: "cut-stall",
    fault: "a stream that stalls after 40 of 60 words",
    expected: "the 40 words, then an explicit error within the idle timer",
    forms: ["stream"],
    ask: sixtyWords,
    upstreams: ({ target }) => [{ ...cutAfter(target, 40, "stall"), timeouts: { idle_ms: 500 } }, well],
    want: () => cut(40, { error: "upstream_timeout", message: /idle/, afterMs: 450, withinMs: 3500 }),
  },
  {
    id: "cut-first-word",
    fault: "a stream cut after its first word",
    expected: "the word, then an explicit error; nothing is asked again",
    forms: ["stream"],
    ask: sixtyWords,
    upstreams: ({ target }) => [cutAfter(target, 1, "reset"), well],
    want: () => cut(1),
  },
  {
    id: "cut-before-word",
    fault: "a stream cut before its first word",
    expected: "the fallback answers; the client sees nothing of it",
    forms: ["stream"],
    upstreams: ({ target }) => [cutAfter(target, 0, "close"), well],
    want: () => ({ ...answered("b", { a: [1, 3], b: 1 }, []), record: anyUsage }),
  },
  {
    id: "late-first-token",
    fault: "headers at once, the first token after 5 s",
    expected: "the fallback answers within the first-token timer",
    forms: ["stream"],
    upstreams: () => [
      { script: [{ answer: { kind: "default", firstEventDelayMs: 5000 }, times: 0 }], timeouts: impatient },
      well,
    ],
    want: () => fallenBackBilled("timeout", { afterMs: 350, withinMs: 5000 }),
  },
  {
    id: "no-token-but-events",
    fault: "events without a token, then nothing",
    expected: "the fallback answers once patience is at its end: roles and pings show life, and are no tokens",
    forms: ["stream"],
    upstreams: ({ target }) => [
      {
        script: [{ answer: { kind: "sse", events: openingEvents(target, 0), ending: "stall" }, times: 0 }],
        timeouts: { ...impatient, patient_ms: 1200 },
      },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, [], { afterMs: 1150, withinMs: 6000 }), record: anyUsage }),
  },
  {
    id: "life-before-token",
    fault: "events without a token, then silence for longer than the first-token timer, then the answer",
    expected: "the whole answer: a target that shows life is waited for",
    forms: ["stream"],
    upstreams: () => [
      {
        script: [{ answer: { kind: "default", eventDelayMs: 700 } }],
        timeouts: { headers_ms: 1000, first_token_ms: 1000, idle_ms: 4000 },
      },
      well,
    ],
    want: () => answered("a", { a: 1 }, ["a"], { afterMs: 1400 }),
  },
  {
    id: "finished-but-open",
    fault: "every event but the closing mark, then silence on an open connection",
    expected: "complete after two seconds, with the reported usage",
    forms: ["stream"],
    upstreams: ({ target }) => [
      {
        script: [{ answer: { kind: "default", cutAfter: finishedAfter[target], omitDone: true, ending: "stall" } }],
        timeouts: { idle_ms: 10_000 },
      },
      well,
    ],
    want: () => answered("a", { a: 1 }, ["a"], { afterMs: 1900, withinMs: 6000 }),
  },
  {
    id: "slow-but-steady",
    fault: "a word each 400 ms, more in all than any timer between words",
    expected: "the whole stream",
    forms: ["stream"],
    ask: { content: "[[words:8]]" },
    upstreams: () => [
      {
        script: [{ answer: { kind: "default", eventDelayMs: 400 } }],
        timeouts: { idle_ms: 3000, first_token_ms: 3000 },
      },
    ],
    want: () => ({
      ...answered("a", { a: 1 }, []),
      text: Array.from({ length: 8 }, (_, index) => `word${index}`).join(" "),
      record: { outcome: "ok", trail: ["a"], usage: { kind: "reported", input: 1, output: 8 } },
    }),
  },
  {
    id: "malformed-event",
    fault: "an event that is no JSON after 10 words",
    expected: "the 10 words, then an explicit error; the next call is answered",
    forms: ["stream"],
    ask: { ...sixtyWords, callAfter: true },
    upstreams: ({ target }) => [
      {
        script: [
          {
            answer: {
              kind: "sse",
              events: [...openingEvents(target, 10), { raw: 'data: {"broken": \n\n', delayMs: 60 }],
            },
          },
        ],
      },
      well,
    ],
    want: () => cut(10),
  },
  {
    id: "malformed-first-event",
    fault: "a first event that is no JSON",
    expected: "the fallback answers",
    forms: ["stream"],
    upstreams: () => [{ script: [{ answer: { kind: "sse", events: [{ raw: "data: <html>\n\n" }] }, times: 0 }] }, well],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, ["a invalid-answer, fallback", "b"]), record: anyUsage }),
  },
  {
    id: "malformed-json",
    fault: "200 with a body that is no JSON",
    expected: "the fallback answers",
    forms: ["whole"],
    upstreams: () => [
      { script: [{ answer: { kind: "text", body: '{"id": "chatcmpl-1", "choices": [' }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "other-json",
    fault: "200 with JSON that is no answer",
    expected: "the fallback answers",
    forms: ["whole"],
    upstreams: () => [{ script: [{ answer: { kind: "json", body: { hello: "world" } }, times: 0 }] }, well],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "html-200",
    fault: "200 with an HTML page",
    expected: "the fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "text", contentType: "text/html", body: "<html>login</html>" }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "empty-body",
    fault: "200 with nothing in it",
    expected: "the fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "text", contentType: "application/json", body: "" }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "empty-stream",
    fault: "a stream without an event",
    expected: "the fallback answers",
    forms: ["stream"],
    upstreams: () => [{ script: [{ answer: { kind: "sse", events: [] }, times: 0 }] }, well],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "error-inside-200",
    fault: "200 with an error in the body, or as the first event",
    expected: "the fallback answers",
    upstreams: ({ target, form }) => [
      {
        script: [
          form === "whole"
            ? { answer: { kind: "json", body: errorInside(target) }, times: 0 }
            : { answer: { kind: "sse", events: [errorEvent(target)] }, times: 0 },
        ],
      },
      well,
    ],
    want: () => ({ ...answered("b", { a: [1, 2], b: 1 }, []), record: anyUsage }),
  },
  {
    id: "error-after-start",
    fault: "an error event before the first token",
    expected: "the fallback answers; the client sees nothing of it",
    forms: ["stream"],
    upstreams: ({ target }) => [
      { script: [{ answer: { kind: "sse", events: [...openingEvents(target, 0), errorEvent(target)] }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: [1, 2], b: 1 }, []), record: anyUsage }),
  },
  {
    id: "error-in-stream",
    fault: "an error event after 10 words",
    expected: "the 10 words, then the error",
    forms: ["stream"],
    ask: sixtyWords,
    upstreams: ({ target }) => [
      {
        script: [
          { answer: { kind: "sse", events: [...openingEvents(target, 10), { ...errorEvent(target), delayMs: 60 }] } },
        ],
      },
      well,
    ],
    want: () => cut(10, { message: /overloaded/i }),
  },
  {
    id: "no-done",
    fault: "a stream without its `[DONE]`",
    expected: "finishes, with the reported usage",
    forms: ["stream"],
    targets: ["openai-chat"],
    upstreams: () => [{ script: [{ answer: { kind: "default", omitDone: true } }] }, well],
    want: () => answered("a", { a: 1 }, ["a"]),
  },
  {
    id: "no-message-stop",
    fault: "a stream without its `message_stop`",
    expected: "everything that came, then an explicit error",
    forms: ["stream"],
    targets: ["anthropic-messages"],
    ask: { content: "[[words:5]]" },
    // message_start, block start, ping, five words, block stop, message_delta.
    upstreams: () => [{ script: [{ answer: { kind: "default", cutAfter: 10, ending: "complete" } }] }, well],
    want: () => cut(5),
  },
  {
    id: "whole-for-stream",
    fault: "a whole answer where a stream was asked for",
    expected: "the fallback answers",
    forms: ["stream"],
    upstreams: () => [
      { script: [{ answer: { kind: "json", body: { id: "x", choices: [], content: [] } }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "stream-for-whole",
    fault: "a stream where a whole answer was asked for",
    expected: "the fallback answers",
    forms: ["whole"],
    upstreams: ({ target }) => [
      { script: [{ answer: { kind: "sse", events: openingEvents(target, 3) }, times: 0 }] },
      well,
    ],
    want: () => ({ ...answered("b", { a: 1, b: 1 }, []), record: anyUsage }),
  },
  {
    id: "huge",
    fault: "an answer of 4 MB",
    expected: "all of it",
    forms: ["whole"],
    upstreams: () => [{ script: [{ answer: { kind: "huge", bytes: 4_000_000 } }] }],
    want: () => ({
      status: 200,
      by: "a",
      seen: { a: 1 },
      message: /^Echo: (?:x{1000}){3900}/,
      record: { outcome: "ok", trail: ["a"], usage: reportedHello },
    }),
  },
];

const reportedHello = { kind: "reported", input: 2, output: 3 } as const;
const anyUsage = { outcome: "ok", usage: { kind: "at-least", output: 3 } } as const;

function cutAfter(dialect: Dialect, words: number, ending: Ending): Upstream {
  return { script: [{ answer: { kind: "default", cutAfter: eventsBeforeWords[dialect] + words, ending } }] };
}

/** A stream has gone out in part: its beginning stands, and what came is charged, estimated where it must be. */
function cut(words: Count, more: Partial<Want> = {}): Want {
  const least = typeof words === "number" ? words : words[0];
  return {
    status: 200,
    cutAfterWords: words,
    by: "a",
    seen: { a: 1 },
    record: { outcome: "cut", usage: { kind: "at-least", output: Math.floor(least / 2) } },
    ...more,
  };
}
