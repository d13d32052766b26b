import type { Answer } from "../fake-provider/script.ts";
import type { Dialect, Scenario, Scripted, Shape, Upstream, Want } from "./scenario.ts";
import { errorBody, openingEvents } from "./upstream-answers.ts";
import { answered, failed, fallenBack, nothingUsed } from "./wanted.ts";

const well: Upstream = {};

/** What a provider says, with the status that stands for it and the class that follows. */
type Said = {
  readonly what: string;
  readonly words: { readonly [D in Dialect]: readonly [message: string, code: string | null, type?: string] };
  /** Statuses that it was seen under; 200: inside an answer. */
  readonly statuses: readonly number[];
  readonly failureClass: string;
};

const deadKey: Said = {
  what: "the account has no money left",
  words: {
    "openai-chat": [
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
    ],
    "anthropic-messages": ["Your credit balance is too low to access the Anthropic API.", null],
  },
  statuses: [400, 412, 429, 500, 200],
  failureClass: "key-refused",
};

const unknownModel: Said = {
  what: "no such model",
  words: {
    "openai-chat": ["The model `fake-gpt` does not exist or you do not have access to it.", "model_not_found"],
    "anthropic-messages": ["model: fake-claude does not exist", null, "not_found_error"],
  },
  statuses: [400, 403, 422, 200],
  failureClass: "unknown-model",
};

const tooLong: Said = {
  what: "longer than the context",
  words: {
    "openai-chat": ["Input is longer than the model's context length", null],
    "anthropic-messages": ["prompt is too long: 2000 tokens > 1000 maximum", null],
  },
  statuses: [413, 422, 500, 200],
  failureClass: "context-length",
};

const limited: Said = {
  what: "a limit of requests",
  words: {
    "openai-chat": ["Rate limit reached for requests", "rate_limit_exceeded", "requests"],
    "anthropic-messages": ["Too many requests", null, "rate_limit_error"],
  },
  statuses: [400, 403, 503, 200],
  failureClass: "rate-limited",
};

const overloaded: Said = {
  what: "overload",
  words: {
    "openai-chat": ["The engine is currently overloaded, please try again later", null, "server_error"],
    "anthropic-messages": ["Overloaded", null, "overloaded_error"],
  },
  statuses: [400, 200],
  failureClass: "unavailable",
};

const request: Said = {
  what: "the request is at fault",
  words: {
    "openai-chat": ["Invalid value for 'content'", "invalid_value"],
    "anthropic-messages": ["messages: roles must alternate", null],
  },
  statuses: [200],
  failureClass: "bad-request",
};

/** The answer in which it is said: under its status, or inside of one with status 200. */
function saying({ words }: Said, status: number, { form, target }: Shape): Answer {
  const [message, code, type] = words[target];
  const body = errorBody(target, message, code, type);
  if (status !== 200) return { kind: "json", status, body };
  if (form === "whole") return { kind: "json", body };
  return { kind: "sse", events: [target === "openai-chat" ? { data: body } : { event: "error", data: body }] };
}

function told(said: Said, status: number, times = 0) {
  return (shape: Shape): Scripted => ({ answer: saying(said, status, shape), times });
}

function slug(status: number): string {
  return status === 200 ? "inside" : String(status);
}

function under(status: number): string {
  return status === 200 ? "inside an answer with status 200" : `under status ${status}`;
}

const noRepeat = { "x-should-retry": "false" };

/** Failures by what they say, whatever their status. */
export const failureScenarios: readonly Scenario[] = [
  ...deadKey.statuses.map(
    (status): Scenario => ({
      id: `dead-key-${slug(status)}`,
      fault: `${deadKey.what}, told ${under(status)}; two provider keys`,
      expected: "the other key at once",
      upstreams: (shape) => [{ script: [told(deadKey, status, 1)(shape)], keys: 2 }, well],
      want: () => answered("a", { a: 2 }, ["a key-refused, other key", "a"], { keysSeen: 2 }),
    }),
  ),
  {
    id: "dead-key-fallback",
    fault: "the account has no money left, told under status 400; one provider key",
    expected: "the fallback answers",
    upstreams: (shape) => [{ script: [told(deadKey, 400)(shape)] }, well],
    want: () => fallenBack("key-refused"),
  },
  {
    id: "dead-key-alone",
    fault: "the account has no money left, told under status 400; nobody else",
    expected: "502 in our words, which asks for no repeat",
    upstreams: (shape) => [{ script: [told(deadKey, 400)(shape)] }],
    want: () =>
      failed(502, "provider_keys_exhausted", { a: 1 }, ["a key-refused"], {
        headers: noRepeat,
        message: /refused its key "k1" with status 400$/,
      }),
  },
  ...[unknownModel, tooLong, limited, overloaded].flatMap((said) =>
    said.statuses.map(
      (status): Scenario => ({
        id: `${said.failureClass}-${slug(status)}`,
        fault: `${said.what}, told ${under(status)}`,
        expected: "the fallback answers, after one attempt",
        upstreams: (shape) => [{ script: [told(said, status)(shape)], context: 1000 }, { context: "unknown" }],
        want: () => fallenBack(said.failureClass),
      }),
    ),
  ),
  alone(unknownModel, 403, 502),
  alone(unknownModel, 422, 422),
  alone(unknownModel, 200, 404),
  alone(tooLong, 413, 413),
  alone(tooLong, 500, 502),
  alone(tooLong, 200, 400),
  {
    id: "request-inside",
    fault: "the request is at fault, told inside an answer with status 200",
    expected: "400; nobody else is asked, and nothing charged",
    upstreams: (shape) => [{ script: [told(request, 200)(shape)] }, well],
    want: () => failed(400, "upstream_error", { a: 1 }, ["a bad-request"], { headers: noRepeat }),
  },
  {
    id: "limit-as-400-alone",
    fault: "a limit of requests, told under status 400; nobody else",
    expected: "two retries, then 429",
    upstreams: (shape) => [{ script: [told(limited, 400)(shape)] }],
    want: () =>
      failed(429, "upstream_error", { a: 3 }, ["a rate-limited, retry", "a rate-limited, retry", "a rate-limited"]),
  },
  {
    id: "limit-short-wait",
    fault: "429 with `retry-after: 1`, once, nobody else, and a back-off of at most 200 ms",
    expected: "waited for, then answered",
    upstreams: () => [{ script: [{ answer: { kind: "error", status: 429, headers: { "retry-after": "1" } } }] }],
    want: () => answered("a", { a: 2 }, ["a rate-limited, retry", "a"], { afterMs: 950, withinMs: 6000 }),
  },
  {
    id: "two-dead-targets",
    fault: "nobody listens at the target and the first fallback",
    expected: "the second fallback answers within the attempt cap",
    upstreams: () => [{ at: "refused" }, { at: "refused" }, well],
    want: () => answered("c", { c: 1 }, [...refusedAt("a", 2), ...refusedAt("b", 1), "c"]),
  },
  {
    id: "error-body-stalls",
    fault: "503 whose body stalls",
    expected: "the fallback answers within the time for error bodies",
    upstreams: () => [{ script: [{ answer: slowly(503, 1), times: 0 }] }, well],
    want: () => fallenBack("unavailable", { afterMs: 1800, withinMs: 3800 }),
  },
  {
    id: "error-body-drips",
    fault: "429 whose body drips, a byte each 200 ms",
    expected: "the fallback answers within the time for error bodies",
    upstreams: () => [{ script: [{ answer: slowly(429, 100), times: 0 }] }, well],
    want: () => fallenBack("rate-limited", { afterMs: 1800, withinMs: 3800 }),
  },
  {
    id: "error-body-stalls-alone",
    fault: "400 whose body stalls",
    expected: "the provider's 400, within the time for error bodies",
    upstreams: () => [{ script: [{ answer: slowly(400, 1), times: 0 }] }, well],
    want: () =>
      failed(400, "upstream_error", { a: 1 }, ["a bad-request"], { afterMs: 1800, withinMs: 3800, headers: noRepeat }),
  },
  {
    id: "error-body-endless",
    fault: "503 with a body of 2 MB",
    expected: "the fallback answers",
    upstreams: () => [
      { script: [{ answer: { kind: "text", status: 503, body: "x".repeat(2_000_000) }, times: 0 }] },
      well,
    ],
    want: () => fallenBack("unavailable"),
  },
  {
    id: "event-for-whole",
    fault: "an error as the event of a stream where a whole answer was asked for",
    expected: "read as the error that it is: the fallback answers",
    forms: ["whole"],
    upstreams: ({ target }) => [
      { script: [{ answer: saying(overloaded, 200, { client: target, target, form: "stream" }), times: 0 }] },
      well,
    ],
    want: () => fallenBack("unavailable"),
  },
  {
    id: "json-for-stream",
    fault: "an error as JSON, without a length and labelled as a stream, where a stream was asked for",
    expected: "read as the error that it is: the fallback answers",
    forms: ["stream"],
    upstreams: ({ target }) => [{ script: [{ answer: jsonForStream(target, "complete"), times: 0 }] }, well],
    want: () => fallenBack("unavailable"),
  },
  {
    id: "json-for-stream-stalls",
    fault: "JSON without an end where a stream was asked for",
    expected: "the fallback answers within the time for error bodies",
    forms: ["stream"],
    upstreams: ({ target }) => [{ script: [{ answer: jsonForStream(target, "stall"), times: 0 }] }, well],
    want: () => ({
      ...answered("b", { a: 1, b: 1 }, ["a invalid-answer, fallback", "b"], { afterMs: 1800, withinMs: 3800 }),
      record: { outcome: "ok", usage: { kind: "at-least", output: 3 } },
    }),
  },
  ...(
    [
      ["nothing", []],
      ["comments", [{ raw: ": one\n\n" }, { raw: ": two\n\n" }]],
      ["marks", [{ raw: "data:\n\n" }, { raw: "data: : hello\n\n" }, { raw: "event: odd\ndata: odd\n\n" }]],
    ] as const
  ).map(
    ([id, events]): Scenario => ({
      id: `says-nothing-${id}`,
      fault: `a stream of ${id === "marks" ? "events that carry nothing" : id}, for ever, and no fallback`,
      expected: "an error that says so; nothing is charged",
      forms: ["stream"],
      upstreams: () => [{ script: [{ answer: { kind: "sse", events }, times: 0 }] }],
      want: () =>
        id === "comments" || id === "marks"
          ? begunWithNothing
          : failed(502, "upstream_invalid_response", { a: 1 }, ["a empty-answer"], { headers: noRepeat }),
    }),
  ),
  {
    id: "finish-error",
    fault: "a whole answer that ends with the finish reason `error`",
    expected: "asked again once, then the fallback answers",
    forms: ["whole"],
    targets: ["openai-chat"],
    upstreams: () => [{ script: [{ answer: { kind: "json", body: endsWithError }, times: 0 }] }, well],
    want: () => ({
      ...answered("b", { a: 2, b: 1 }, ["a server-error, retry", "a server-error, fallback", "b"]),
    }),
  },
  {
    id: "idle-events",
    fault: "events that carry nothing between the words",
    expected: "the whole stream",
    forms: ["stream"],
    upstreams: ({ target }) => [{ script: [{ answer: { kind: "sse", events: withIdleEvents(target) } }] }],
    want: () => ({
      status: 200,
      text: "word0 word1 word2",
      by: "a",
      seen: { a: 1 },
      record: { outcome: "ok", trail: ["a"], usage: { kind: "at-least", output: 1 } },
    }),
  },
];

/** Nobody else could help: the client hears of it, with a status that says what it is, and is told not to repeat it. */
function alone(said: Said, status: number, shown: number): Scenario {
  return {
    id: `${said.failureClass}-${slug(status)}-alone`,
    fault: `${said.what}, told ${under(status)}; nobody else`,
    expected: `${shown} that asks for no repeat, after one attempt`,
    upstreams: (shape) => [{ script: [told(said, status)(shape)] }],
    want: (): Want => failed(shown, "upstream_error", { a: 1 }, [`a ${said.failureClass}`], { headers: noRepeat }),
  };
}

/** A sign of life with nobody else to ask lets the headers go. */
const begunWithNothing: Want = {
  status: 200,
  cutAfterWords: 0,
  error: "upstream_invalid_response",
  by: "a",
  seen: { a: 1 },
  record: { outcome: "cut", usage: nothingUsed },
};

function refusedAt(letter: string, retries: number): readonly string[] {
  return [...Array.from({ length: retries }, () => `${letter} refused, retry`), `${letter} refused, fallback`];
}

/** An error whose body comes in so many bytes, and then no more. */
function slowly(status: number, pieces: number): Answer {
  const events = Array.from({ length: pieces }, () => ({ raw: "{", delayMs: 200 }));
  return { kind: "sse", status, events, ending: "stall" };
}

function jsonForStream(dialect: Dialect, ending: "complete" | "stall"): Answer {
  const text = JSON.stringify(errorBody(dialect, "Overloaded", null, "overloaded_error"));
  return { kind: "sse", events: [{ raw: ending === "complete" ? text : text.slice(0, 20) }], ending };
}

const endsWithError = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "half an ans" }, finish_reason: "error" }],
};

function withIdleEvents(dialect: Dialect) {
  const idle = [": ping\n\n", "data:\n\n", "data: : ping\n\n", "event: odd\ndata: now\n\n"].map((raw) => ({ raw }));
  const opening = openingEvents(dialect, 3);
  return [...opening.flatMap((event) => [event, ...idle]), ...closingEvents(dialect)];
}

function closingEvents(dialect: Dialect) {
  if (dialect === "openai-chat") {
    const end = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
    return [
      { data: { ...end, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] } },
      { raw: "data: [DONE]\n\n" },
    ];
  }
  const event = (data: { readonly type: string }) => ({ event: data.type, data });
  const delta = { stop_reason: "end_turn", stop_sequence: null };
  return [
    event({ type: "content_block_stop", ...{ index: 0 } }),
    event({ type: "message_delta", ...{ delta, usage: { output_tokens: 3 } } }),
    event({ type: "message_stop" }),
  ];
}
