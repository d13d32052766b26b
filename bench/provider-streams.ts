import { eventLine, writeEventStream } from "#dialects/event-stream-text";
import { anthropicStream, openaiStream } from "./gateway/answers.ts";

/** The dialects between which every pair is measured. */
export const pairDialects = [
  "openai-chat",
  "anthropic-messages",
  "openai-responses",
  "gemini",
  "bedrock-converse",
] as const;

export type PairDialect = (typeof pairDialects)[number];

const vocabulary = "all work and no play makes a benchmark dull, said Jack to himself in the evening".split(" ");

/** The chunks of a stream with so many words, each a few events as the dialect's provider writes them; the words differ. */
export function providerStream(dialect: PairDialect, words: number): readonly Uint8Array[] {
  const { end, start, word } = writers[dialect](words);
  const spoken = Array.from({ length: words }, (_, at) => word(` ${vocabulary[at % vocabulary.length]}`, at));
  return [start, ...spoken, end];
}

type Writer = {
  readonly start: Uint8Array;
  readonly word: (text: string, at: number) => Uint8Array;
  readonly end: Uint8Array;
};

const writers: { readonly [dialect in PairDialect]: (words: number) => Writer } = {
  "openai-chat": (words) => withWords(openaiStream(words)),
  "anthropic-messages": (words) => withWords(anthropicStream(words)),
  "openai-responses": responsesWriter,
  gemini: geminiWriter,
  "bedrock-converse": converseWriter,
};

/** The word of these parts is " benchmark". */
function withWords({ end, start, word }: ReturnType<typeof openaiStream>): Writer {
  const text = word.toString();
  return { start, end, word: (said) => Buffer.from(text.replace(" benchmark", said)) };
}

/** Numbered, and padded to one length as OpenAI does. */
function responsesWriter(words: number): Writer {
  const write = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const response = { id: "resp_bench", object: "response", created_at: 1, model: "bench" };
  const item = { id: "msg_bench", type: "message", status: "in_progress", role: "assistant", content: [] };
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  const running = { ...response, status: "in_progress", output: [] };
  const usage = { input_tokens: 10, output_tokens: words, total_tokens: words + 10 };
  return {
    start: Buffer.from(
      write("response.created", { response: running, sequence_number: 0 }) +
        write("response.output_item.added", { output_index: 0, item, sequence_number: 1 }) +
        write("response.content_part.added", {
          ...at,
          part: { type: "output_text", annotations: [], logprobs: [], text: "" },
          sequence_number: 2,
        }),
    ),
    word: (delta, number) =>
      Buffer.from(
        write("response.output_text.delta", {
          ...{ ...at, delta, logprobs: [], obfuscation: "x".repeat(16 - delta.length) },
          sequence_number: number + 3,
        }),
      ),
    end: Buffer.from(
      write("response.output_item.done", {
        ...{ output_index: 0, item: { ...item, status: "completed" }, sequence_number: words + 3 },
      }) +
        write("response.completed", {
          response: { ...response, status: "completed", output: [], usage },
          sequence_number: words + 4,
        }),
    ),
  };
}

/** With the usage so far, which grows from event to event. */
function geminiWriter(words: number): Writer {
  const write = (candidate: object, tokens: number) =>
    Buffer.from(
      `data: {"candidates": [${JSON.stringify({ ...candidate, index: 0 })}],"usageMetadata": {"promptTokenCount": 10,` +
        `"candidatesTokenCount": ${tokens},"totalTokenCount": ${tokens + 10},"promptTokensDetails": ` +
        `[{"modality": "TEXT","tokenCount": 10}]},"modelVersion": "bench","responseId": "bench"}\r\n\r\n`,
    );
  const said = (text: string) => ({ content: { parts: [{ text }], role: "model" } });
  return {
    start: write(said("Well,"), 1),
    word: (text, at) => write(said(text), at + 2),
    end: write({ ...said("."), finishReason: "STOP" }, words + 2),
  };
}

/** Padded as Bedrock does. */
function converseWriter(words: number): Writer {
  const write = (event: string, fields: object) => eventLine(event, JSON.stringify({ ...fields, p: "abcdefghij" }));
  const usage = { inputTokens: 10, outputTokens: words, totalTokens: words + 10 };
  return {
    start: writeEventStream(write("messageStart", { role: "assistant" })),
    word: (text, at) =>
      writeEventStream(
        eventLine(
          "contentBlockDelta",
          JSON.stringify({ contentBlockIndex: 0, delta: { text }, p: "abcdefghijklmnop".slice(at % 16) }),
        ),
      ),
    end: writeEventStream(
      write("contentBlockStop", { contentBlockIndex: 0 }) +
        write("messageStop", { stopReason: "end_turn" }) +
        write("metadata", { usage, metrics: { latencyMs: 1 } }),
    ),
  };
}
