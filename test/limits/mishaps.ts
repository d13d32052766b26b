import type { Answer, Rule } from "../fake-provider/script.ts";

/** What happens to requests whose prompt holds the mark; `at` only there, so that another target may answer. */
export type Mishap = {
  readonly mark: string;
  readonly at?: string;
  readonly key?: string;
  readonly answer: Answer;
  /** Where it makes sense only for streams, or only for whole answers. */
  readonly stream?: boolean;
};

const error = (status: number): Answer => ({ kind: "error", status });
const cut = (cutAfter: number, ending: "close" | "reset" | "stall" | "malformed-chunk"): Answer => ({
  kind: "default",
  cutAfter,
  ending,
});
const chat = { id: "c", created: 1, model: "fake-gpt" };
const chunk = (choice: object) => ({ data: { ...chat, object: "chat.completion.chunk", choices: [choice] } });
const silent: Answer = {
  kind: "sse",
  events: [
    chunk({ index: 0, delta: { role: "assistant", content: "says nothing of its use" }, finish_reason: null }),
    chunk({ index: 0, delta: {}, finish_reason: "stop" }),
    { raw: "data: [DONE]\n\n" },
  ],
};
const silentWhole: Answer = {
  kind: "json",
  body: {
    ...chat,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "not a word" }, finish_reason: "stop" }],
  },
};
export const mishaps: readonly [Mishap, ...Mishap[]] = [
  { mark: "@one-500", at: "/as/one/", answer: error(500) },
  { mark: "@one-503", at: "/as/one/", answer: error(503) },
  { mark: "@one-429", at: "/as/one/", answer: error(429) },
  { mark: "@one-401", at: "/as/one/", key: "sk-fake-one", answer: error(401) },
  { mark: "@one-reset", at: "/as/one/", answer: { kind: "reset" } },
  { mark: "@one-never", at: "/as/one/", answer: { kind: "never" } },
  { mark: "@ant-529", at: "/as/ant/", answer: error(529) },
  { mark: "@ant-slow", at: "/as/ant/", answer: { kind: "default", headersDelayMs: 700, firstEventDelayMs: 700 } },
  { mark: "@ant-none", at: "/as/ant/", answer: { kind: "text", body: "<html>", contentType: "text/html" } },
  { mark: "@all-400", answer: error(400) },
  { mark: "@all-503", answer: error(503) },
  { mark: "@cut-start", answer: cut(1, "reset") },
  { mark: "@cut-reset", answer: cut(5, "reset") },
  { mark: "@cut-close", answer: cut(6, "close") },
  { mark: "@cut-stall", answer: cut(5, "stall") },
  { mark: "@cut-malformed", answer: cut(5, "malformed-chunk") },
  { mark: "@drip", answer: { kind: "default", eventDelayMs: 8, firstEventDelayMs: 20 } },
  { mark: "@silent-stream", at: "/chat/completions", answer: silent, stream: true },
  { mark: "@silent-whole", at: "/chat/completions", answer: silentWhole, stream: false },
];
export const mishapRules: readonly Rule[] = mishaps.map(({ mark, at: path, key, answer }) => ({
  match: { contains: mark, ...(path === undefined ? {} : { path }), ...(key === undefined ? {} : { key }) },
  times: 0,
  answer,
}));
