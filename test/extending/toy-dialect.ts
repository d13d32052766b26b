import type { Completion, CompletionEvent } from "#core/completion";
import type { Demand } from "#core/demand";
import { estimateTokens } from "#core/estimate-tokens";
import { noUsage } from "#core/usage";
import { createCollector } from "#dialects/collect";
import { countOf } from "#dialects/demand";
import { defineDialect } from "#dialects/dialect";
import { requireString } from "#dialects/fields";
import { framings } from "#dialects/framings";
import { InvalidAnswer, type Operation, type StreamMeter } from "#dialects/operation";
import { failureOfWhole, readFailure } from "#dialects/read-failure";
import { fieldsOf, textBytesOf } from "#dialects/request-body";
import type { StreamDecoder, StreamEncoder } from "#dialects/translation";
import { isObject, type Json, type JsonObject, numberOf, parseJson, stringOf } from "#lib/json";

const nothingDemanded: Demand = {
  inputTokens: 0,
  likelyInputTokens: 0,
  textBytes: 0,
  hasTools: false,
  audio: false,
  hourCache: false,
  images: [],
  linkedImages: 0,
  documents: [],
  refersElsewhere: false,
  answers: 1,
  hasOutput: false,
  hostedTools: false,
};

/**
 * A dialect of one word: `{"model", "say", "stream"}` is answered by `{"said", "tokens"}`, or streamed as lines
 * `{"piece"}` and a last one `{"tokens"}`. All that a dialect needs, in one file.
 */
const ask: Operation = {
  paths: { whole: "/{model}/ask?v=1", stream: "/{model}/ask-slowly?v=1" },
  body: "json",
  envelopeFields: ["model", "stream"],
  decodeEnvelope: (fields) => ({
    model: requireString(fields.model, "model"),
    stream: fields.stream === true,
    n: 1,
    streamUsage: true,
  }),
  decodeRequest: (body) => ({
    model: isObject(body) ? (stringOf(body, "model") ?? "") : "",
    stream: isObject(body) && body.stream === true,
    streamUsage: true,
    messages: [{ role: "user", content: [{ type: "text", text: saidIn(body, "say") }] }],
    tools: [],
    stop: [],
    n: 1,
    extensions: {},
  }),
  charge: "input-and-output",
  demand: ({ body }) => ({ ...nothingDemanded, inputTokens: body.bytes.length, hasOutput: true }),
  patchRequest: (_request, { model }) => ({ model }),
  translation: {
    endpoint: {
      encodeResponse: (completion) => ({ said: textOf(completion), tokens: completion.usage?.output ?? 0 }),
      createStreamEncoder,
    },
    codec: {
      encodeRequest: ({ messages, stream }, { model }) => ({
        body: { model, stream, say: messages.flatMap(({ content }) => content.map(textOfPart)).join("") },
        headers: {},
        dropped: [],
      }),
      decodeResponse: (body) => {
        const collector = createCollector();
        for (const event of [...spoken(saidIn(body, "said"), "toy"), ...ended(tokensIn(body))]) collector.push(event);
        return collector.completion();
      },
      createStreamDecoder,
    },
  },
  answer: {
    kind: "json",
    failure: (body) => failureOfWhole(body, isObject(body) && body.said !== undefined),
    meter: (body) => (isObject(body) && body.said !== undefined ? { usage: used(tokensIn(body)) } : undefined),
    textBytes: (body) => saidIn(body, "said").length,
    stream: { framing: framings.ndjson, createMeter },
  },
};

/** An operation that only this dialect has, and that nobody charges for. */
const spell: Operation = {
  ...ask,
  paths: { whole: "/spell" },
  charge: "nothing",
  demand: () => nothingDemanded,
  answer: { kind: "json", failure: () => undefined, meter: () => ({}), textBytes: () => 0 },
  fallback: {
    replaces: ({ status }) => status === 404,
    answer: (request) => ({ spelt: request.messages.flatMap(({ content }) => content.map(textOfPart)).join("-") }),
    estimated: ["spelt"],
  },
};
const { translation: _, ...untranslated } = spell;

/** An operation whose answer is no text. */
const { fallback: __, ...plain } = untranslated;
const paint: Operation = {
  ...plain,
  paths: { whole: "/paint" },
  charge: "input-and-output",
  answer: { kind: "binary", accept: "image/*", meter: (bytes) => ({ usage: used(bytes.length) }) },
};

/** An operation whose requests come as forms with a file. It says what it may use in one of the form's fields. */
const hear: Operation = {
  ...plain,
  paths: { whole: "/hear" },
  body: "multipart",
  translation: undefined,
  charge: "input-and-output",
  demand: ({ body }) => ({
    ...nothingDemanded,
    inputTokens: textBytesOf(body),
    outputTokens: countOf(fieldsOf(body, ["words"]).words),
    hasOutput: true,
  }),
  answer: ask.answer,
};

export const toy = defineDialect({
  name: "toy",
  prefixes: ["/toy"],
  endpoints: [
    { endpoint: "toy.ask", operation: "completion", path: "/ask", maxBodyBytes: 1000 },
    { endpoint: "toy.spell", operation: "spell", path: "/spell", maxBodyBytes: 1000 },
    { endpoint: "toy.paint", operation: "paint", path: "/paint", maxBodyBytes: 1000 },
    { endpoint: "toy.hear", operation: "hear", path: "/hear", maxBodyBytes: 1000 },
  ],
  recognisedBy: { header: "x-toy", path: /^\/toy\b/ },
  models: { list: ({ models }) => ({ toys: models.map(({ id }) => id) }), one: ({ id }) => ({ toy: id }) },
  encodeError: ({ code }) => ({ oops: code }),
  encodeStreamError: ({ code }) => `{"oops":"${code}"}\n`,
  rateLimitHeaders: () => ({}),
  operations: { completion: ask, spell: untranslated, paint, hear },
  pathPrefix: () => "",
  forwardedHeaders: ["x-toy"],
  headers: { "x-toy-version": "1" },
  auth: "bearer",
  decodeError: readFailure,
});

function createStreamDecoder(): StreamDecoder {
  let started = false;
  return {
    push: ({ data }) => {
      const line = readLine(data);
      const begin = started ? [] : spoken("", "toy");
      started = true;
      const piece = stringOf(line, "piece");
      if (piece !== undefined) return [...begin, { type: "text-delta", choice: 0, index: 0, text: piece }];
      return [...begin, ...ended(tokensIn(line))];
    },
    finished: () => false,
    finish: () => ({ complete: false, events: [] }),
  };
}

function createStreamEncoder(): StreamEncoder {
  let tokens = 0;
  return {
    push: (event) => {
      if (event.type === "usage") tokens = event.usage.output;
      if (event.type === "text-delta" && event.text !== "") return `${JSON.stringify({ piece: event.text })}\n`;
      return event.type === "end" ? `${JSON.stringify({ tokens })}\n` : "";
    },
    dropped: () => [],
  };
}

function createMeter(): StreamMeter {
  let outputBytes = 0;
  let tokens: number | undefined;
  return {
    push: ({ data }) => {
      const line = readLine(data);
      const piece = stringOf(line, "piece") ?? "";
      outputBytes += piece.length;
      tokens = numberOf(line, "tokens");
      return { forward: true, token: piece !== "", terminal: tokens !== undefined };
    },
    outputBytes: () => outputBytes,
    finished: () => tokens !== undefined,
    facts: () => ({
      complete: tokens !== undefined,
      missingTail: "",
      outputBytes,
      usage: used(tokens ?? estimateTokens(outputBytes)),
    }),
  };
}

function readLine(data: string): JsonObject {
  const line = parseJson(data);
  if (!isObject(line)) throw new InvalidAnswer("a line is no object");
  return line;
}

function spoken(text: string, model: string): readonly CompletionEvent[] {
  return [
    { type: "start", id: "toy", model },
    { type: "item-start", choice: 0, index: 0, kind: "text" },
    { type: "text-delta", choice: 0, index: 0, text },
  ];
}

function ended(tokens: number): readonly CompletionEvent[] {
  return [
    { type: "item-end", choice: 0, index: 0 },
    { type: "finish", choice: 0, reason: "stop" },
    { type: "usage", usage: used(tokens) },
    { type: "end" },
  ];
}

function textOf({ items }: Completion): string {
  return items.map((item) => (item.kind === "text" ? item.text : "")).join("");
}

function textOfPart(part: { readonly type: string; readonly text?: string }): string {
  return part.text ?? "";
}

function saidIn(body: Json, field: string): string {
  return isObject(body) ? (stringOf(body, field) ?? "") : "";
}

function tokensIn(body: Json): number {
  return isObject(body) ? (numberOf(body, "tokens") ?? 0) : 0;
}

function used(output: number) {
  return { ...noUsage, input: 1, output };
}
