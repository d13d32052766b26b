import { answerText, streamWord } from "./answers.ts";
import type { Expected, Shot } from "./load/job.ts";
import type { Question } from "./subject.ts";

const words = "All work and no play makes a benchmark a dull one. ";
const paths = { "openai-chat": "/v1/chat/completions", "anthropic-messages": "/v1/messages" } as const;
const ends = { "openai-chat": "data: [DONE]", "anthropic-messages": "message_stop" } as const;

/** How one asks: the model's name, where to, and with which headers. */
export type Wording = {
  readonly model: string;
  readonly headers: { readonly [name: string]: string };
  /** Stands before the dialect's own path. */
  readonly prefix?: string;
};

export function shotOf(question: Question, { model, headers, prefix = "" }: Wording): Shot {
  const { client, promptBytes } = question;
  const streams = isStream(question);
  const prompt = words.repeat(Math.ceil(promptBytes / words.length)).slice(0, promptBytes);
  const body = {
    model,
    messages: [{ role: "user", content: prompt }],
    temperature: 0.5,
    ...(client === "anthropic-messages" && { max_tokens: 256 }),
    ...(streams && { stream: true }),
  };
  return {
    path: prefix + paths[client],
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    expect: expected(question),
  };
}

/** The floor does not translate: it is asked in the provider's dialect and answers in it. */
export function untranslated(question: Question): Question {
  return { ...question, client: question.provider };
}

export function isStream({ upstream }: Question): boolean {
  return upstream !== "whole" && upstream !== "tls";
}

function expected(question: Question): Expected {
  if (isStream(question)) {
    const [events = 0] = question.upstream.split("x").map(Number);
    return { kind: "stream", word: streamWord, words: events, end: ends[question.client] };
  }
  const usage = { "openai-chat": '"completion_tokens":150', "anthropic-messages": '"output_tokens":150' } as const;
  return { kind: "whole", contains: [answerText, usage[question.client]] };
}
