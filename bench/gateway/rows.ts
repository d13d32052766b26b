import type { Dialect, Question, Upstream } from "./subject.ts";

/** One line of the table: what is asked, how often, and what the cost is divided by. */
export type Row = {
  readonly name: string;
  readonly what: string;
  readonly unit: "request" | "event";
  readonly questions: readonly Asked[];
  readonly load: RowLoad;
  /** An instance of its own is started for it. */
  readonly instance?: { readonly workers?: number; readonly keys?: number };
};

export type Asked = Question & { readonly weight?: number; readonly abortAfterEvents?: number };

export type RowLoad =
  /** wrk: whole answers in a closed loop. */
  | { readonly kind: "wrk"; readonly connections: number }
  /** The generator: streams in a closed loop. */
  | { readonly kind: "closed"; readonly connections: number }
  | { readonly kind: "open"; readonly perSecond: number; readonly connections: number }
  | { readonly kind: "hold"; readonly connections: number };

const openai = "openai-chat";
const anthropic = "anthropic-messages";
const wrk32 = { kind: "wrk", connections: 32 } as const;

export const rows: readonly Row[] = [
  whole("whole", "whole answer, 1 KB", ask(openai, openai)),
  whole("whole-100k", "whole answer, prompt of 100 KB", { ...ask(openai, openai), promptBytes: 100_000 }),
  whole("to-anthropic", "translated, OpenAI client → Anthropic provider", ask(openai, anthropic)),
  whole("to-openai", "translated, Anthropic client → OpenAI provider", ask(anthropic, openai)),
  streams("streams-200", "64 streams, 200 events a second", ask(openai, openai, "200x5"), 64),
  streams("streams-20", "500 streams, 20 events a second", ask(openai, openai, "200x50"), 500),
  streams("streams-to-anthropic", "64 streams translated, OpenAI → Anthropic", ask(openai, anthropic, "200x5"), 64),
  streams("streams-to-openai", "64 streams translated, Anthropic → OpenAI", ask(anthropic, openai, "200x5"), 64),
  {
    name: "held",
    what: "1,000 streams held, 4 events a second",
    unit: "event",
    questions: [ask(openai, openai, "100000x250")],
    load: { kind: "hold", connections: 1000 },
  },
  {
    name: "mixed",
    what: "whole, streamed (20 events) and 5 % left in mid-stream",
    unit: "request",
    questions: [
      { ...ask(openai, openai), weight: 12 },
      { ...ask(openai, openai, "20x5"), weight: 7 },
      { ...ask(openai, openai, "20x5"), weight: 1, abortAfterEvents: 5 },
    ],
    load: { kind: "closed", connections: 64 },
  },
  whole("keys-10", "10 virtual keys in turns", { ...ask(openai, openai), key: "many" }),
  {
    ...whole("keys-100k", "1,000 of 100,000 virtual keys in turns", { ...ask(openai, openai), key: "many" }),
    instance: { keys: 100_000 },
  },
  whole("limits-6", "a key with 6 limits", { ...ask(openai, openai), key: "limited" }),
  whole("tls", "over TLS to the provider", ask(openai, openai, "tls")),
  { ...whole("workers-2", "two workers", ask(openai, openai)), instance: { workers: 2 } },
  {
    ...whole("one", "one connection", ask(openai, openai)),
    load: { kind: "wrk", connections: 1 },
  },
  {
    ...whole("open", "500 a second, whether answered or not", ask(openai, openai)),
    load: { kind: "open", perSecond: 500, connections: 64 },
  },
];

function ask(client: Dialect, provider: Dialect, upstream: Upstream = "whole"): Question {
  return { client, provider, upstream, promptBytes: 800 };
}

function whole(name: string, what: string, question: Question): Row {
  return { name, what, unit: "request", questions: [question], load: wrk32 };
}

function streams(name: string, what: string, question: Question, connections: number): Row {
  return { name, what, unit: "event", questions: [question], load: { kind: "closed", connections } };
}
