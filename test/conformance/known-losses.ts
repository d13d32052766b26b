import type { Dialect } from "./recordings.ts";

/** What a translated answer loses, and why that cannot be helped. The tests hold the list to be exact, both ways. */
export type AnswerLoss = {
  readonly client: Dialect;
  readonly what: string;
  readonly why: string;
  readonly recordings: readonly string[];
};

export const answerLosses: readonly AnswerLoss[] = [
  {
    client: "openai-chat",
    what: "server tools",
    why: "chat completions have no words for tools that the provider runs itself; the text around them is kept",
    recordings: [
      "008dccb4a966",
      "0dbcd552b99f.1",
      "0dbcd552b99f.2",
      "14c85e034320",
      "182397f2a5e7",
      "1cda3b7db15c.1",
      "1cda3b7db15c.2",
      "26c5f9081218",
      "32755754f27d",
      "34af4d666468",
      "4e6d9ded5fe7",
      "4f7dbb4e7006.1",
      "4f7dbb4e7006.15",
      "5395763cd938",
      "5da03ef61787",
      "65a6b3395553",
      "66520c9b49c0",
      "6830568f4950",
      "705178487c70.1",
      "72afcffa4a54",
      "80b9eebf089a",
      "8e4db5b00091",
      "990bb646cd41",
      "99a07c77cc3c",
      "acd3bb69b4a1",
      "af6b70ed3e0b",
      "b1ae93356dde",
      "b66f76c93c61",
      "bc378fe803ce",
      "c12829d7007b",
      "ca316f8e2a02",
      "cc078ca2bed4",
      "cc9f3c36ef58",
      "d163894d7a82.1",
      "d212609129c9",
      "ec6793e740b0",
      "f66ed6896162",
    ],
  },
  {
    client: "openai-chat",
    what: "citations",
    why: "they point into a document that the client sent; chat completions cite URLs alone",
    recordings: ["033e13c9847c", "784215000cdf", "b9c5f2f9286a", "bbf09c34081d", "c9e4e84a83b8", "eb49a1846842"],
  },
  {
    client: "openai-chat",
    what: "compaction block",
    why: "a summary that Anthropic wants back in place of the history; chat completions have no place for it",
    recordings: ["2417df5206ca", "31cfcf1859d9"],
  },
  {
    client: "openai-chat",
    what: "fallback block",
    why: "Anthropic's note that another model took over; the answer names the model",
    recordings: ["1520935b6fbc", "1f5607e10398", "28d7525be7b2"],
  },
  {
    client: "anthropic-messages",
    what: "second choice",
    why: "a message is one answer",
    recordings: ["0312556e9d7d", "e351adfa7c7c", "f8f5964ce1ed", "fc2b1d9f5f94"],
  },
  {
    client: "anthropic-messages",
    what: "logprobs",
    why: "messages have none",
    recordings: ["5103da7f6f5b", "b219d86510b0"],
  },
  {
    client: "anthropic-messages",
    what: "audio",
    why: "messages have no audio",
    recordings: ["7c96308c8c69"],
  },
];

/** What translated requests lose: the field as `x-headgate-dropped` names it, with empty brackets for any place. */
export type RequestLoss = {
  /** The models asked; where each is asked for what it was recorded with, the dialect. */
  readonly models: readonly string[];
  readonly field: string;
  readonly why: string;
  readonly requests: number;
};

const claude = ["claude-3-7-sonnet-latest", "claude-opus-4-8"] as const;
const gpt = ["gpt-4o", "gpt-5.2"] as const;
const noReasoning = "the model does not reason";

export const requestLosses: readonly RequestLoss[] = [
  { models: claude, field: "audio", why: "messages have no audio", requests: 1 },
  { models: claude, field: "modalities", why: "messages answer in text", requests: 1 },
  {
    models: claude,
    field: "messages[].content[]",
    why: "audio: messages take text, images and documents",
    requests: 2,
  },
  {
    models: claude,
    field: "messages[].role",
    why: "instructions alone are no request: they become the user's turn",
    requests: 2,
  },
  { models: claude, field: "logprobs", why: "messages have none", requests: 2 },
  {
    models: ["claude-opus-4-8"],
    field: "response_format",
    why: "messages have no JSON mode without a schema",
    requests: 2,
  },
  {
    models: ["claude-3-7-sonnet-latest"],
    field: "response_format",
    why: "the model knows no schema of its answer",
    requests: 5,
  },
  {
    models: ["claude-3-7-sonnet-latest"],
    field: "tools[].strict",
    why: "the model knows no strict tools",
    requests: 1,
  },
  { models: claude, field: "seed", why: "messages have none", requests: 1 },
  { models: claude, field: "web_search_options", why: "the provider's own tool", requests: 2 },
  {
    models: ["claude-opus-4-8"],
    field: "temperature",
    why: "models after Claude Opus 4.6 refuse all but 1",
    requests: 90,
  },
  { models: gpt, field: "messages[].content[]", why: "thinking whose signature only Anthropic can read", requests: 1 },
  { models: gpt, field: "tools[]", why: "the provider's own tool", requests: 1 },
  {
    models: ["gpt-4o"],
    field: "max_completion_tokens",
    why: "more than the model can write: its most is asked for",
    requests: 4,
  },
  { models: ["gpt-5.2"], field: "stop_sequences", why: "the model refuses `stop`", requests: 1 },
  { models: ["gpt-4o"], field: "thinking", why: noReasoning, requests: 6 },
  { models: ["gpt-4o"], field: "output_config", why: noReasoning, requests: 1 },
  { models: ["openai-chat"], field: "temperature", why: "a reasoning model refuses it", requests: 1 },
  { models: ["openai-chat"], field: "max_tokens", why: "a reasoning model knows its newer name", requests: 1 },
  {
    models: ["anthropic-messages"],
    field: "messages[].content[]",
    why: "a text of nothing but a blank is refused",
    requests: 1,
  },
];

/** Recorded requests that no translation can carry; the client is told so with status 400. */
export type RefusedRequest = {
  readonly client: Dialect;
  readonly request: string;
  readonly message: string;
  readonly why: string;
};

export const refusedRequests: readonly RefusedRequest[] = [
  {
    client: "openai-chat",
    request: "01c4d60242b0",
    message: 'Cannot read the request: "messages[0].content" must be a string or an array, found null',
    why: "a user message without content says nothing; the provider itself answered 400",
  },
  {
    client: "openai-chat",
    request: "0bf635f72d2a",
    message: 'Cannot carry the request: "messages" must hold a text, found none that is not empty',
    why: "messages take no empty text, and a request of nothing else says nothing",
  },
  ...["e351adfa7c7c", "fc2b1d9f5f94"].map((request) => ({
    client: "openai-chat" as const,
    request,
    message: 'Cannot ask MODEL for 2 choices: "n" must be 1 for this model',
    why: "a message is one answer, and one in place of two would go unnoticed",
  })),
];

/** Recorded requests that their own dialect's provider gets otherwise than the client wrote them, because the model asks for it. */
export const mendedRequests: readonly { readonly request: string; readonly why: string }[] = [
  ...["b09e12590884", "939055e091a3", "84dfbfad4b94"].map((request) => ({
    request,
    why: "a temperature of 1 says nothing, and the model refuses any other",
  })),
  { request: "01c4d60242b0", why: "the model refuses temperatures, and knows the output limit by its newer name" },
  { request: "e2bc35035f99", why: "a text of nothing but a blank is refused" },
];

/** Recorded answers that no client accepts, from any gateway. */
export const brokenRecordings: readonly { readonly recording: string; readonly why: string }[] = [
  { recording: "6ec90bad81ae", why: "the stream begins a second message inside the first" },
];
